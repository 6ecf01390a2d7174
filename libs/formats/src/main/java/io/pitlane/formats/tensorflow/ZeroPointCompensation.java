package io.pitlane.formats.tensorflow;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.Optional;

/**
 * Corrects the bias of a layer for shifted bytes. The kernel takes its input and summand for larger
 * values than they are, by their {@link ActivationScale#offset() offsets}, and its output must be
 * larger by its own:
 *
 * <pre>
 * w * x + b + s + offset(y) = w * (x + offset(x)) + (s + offset(s)) + b'
 * b' = b - sum(w) * offset(x) - offset(s) + offset(y)
 * </pre>
 *
 * <p>This holds where the whole window of a convolution lies within its input; see {@link
 * ZeroPointPadding}.
 */
final class ZeroPointCompensation {
    private ZeroPointCompensation() {}

    /**
     * The bias {@code b'}, {@code [O]}.
     *
     * @param weights as the kernel multiplies them
     */
    static FloatTensor of(
            FusedLayer layer,
            Int8Weights weights,
            Int8Tensor input,
            Optional<Int8Tensor> summand,
            ActivationScale output) {
        double added = output.offset() - summand.map(s -> s.scale().offset()).orElse(0.0);
        double offset = input.scale().offset();
        if (added == 0 && offset == 0) {
            return layer.bias();
        }
        var sums = weights.sums();
        var bias = layer.bias().values().clone();
        for (int o = 0; o < bias.length; o++) {
            bias[o] = (float) (bias[o] - sums[o] * offset + added);
        }
        return new FloatTensor(bias, bias.length);
    }
}
