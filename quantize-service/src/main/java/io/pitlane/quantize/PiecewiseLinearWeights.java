package io.pitlane.quantize;

import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/**
 * Piecewise linear quantization of weights (Fang et al., Post-Training Piecewise Linear
 * Quantization for Deep Neural Networks, ECCV 2020): a breakpoint {@code p} parts the magnitudes
 * 0..m of the weights in two ranges, each with 2^(bits-1) values at equal distances, from 0 to
 * {@code p} and from {@code p} to {@code m}. Weights are dense around 0, so small ranges there need
 * small steps. Of {@value #CANDIDATES} breakpoints up to m/2, that of the least squared error is
 * taken. A value has its sign, a bit for the range, and {@code bits - 1} for its place in it.
 */
final class PiecewiseLinearWeights implements WeightRounding {
    private static final int CANDIDATES = 32;

    private final WeightOptions options;
    private final int intervals;

    PiecewiseLinearWeights(WeightOptions options) {
        this.options = options;
        this.intervals = (1 << options.bits() - 1) - 1;
    }

    @Override
    public Rounded round(FloatTensor weights, int axis) {
        int channelAxis =
                options.granularity() == Granularity.PER_CHANNEL ? axis : Quantization.PER_TENSOR;
        var channels = WeightChannels.of(weights, channelAxis);
        return new Rounded(channels.map(this::rounded), Optional.empty());
    }

    private float[] rounded(float... weights) {
        float largest = 0;
        for (float weight : weights) {
            largest = Math.max(largest, Math.abs(weight));
        }
        if (largest == 0) {
            return weights;
        }
        double best = Double.POSITIVE_INFINITY;
        var rounded = weights;
        for (int i = 1; i <= CANDIDATES; i++) {
            double breakpoint = 0.5 * largest * i / CANDIDATES;
            var candidate = rounded(weights, breakpoint, largest);
            double error = squaredError(weights, candidate);
            if (error < best) {
                best = error;
                rounded = candidate;
            }
        }
        return rounded;
    }

    private float[] rounded(float[] weights, double breakpoint, double largest) {
        var rounded = new float[weights.length];
        double inner = breakpoint / intervals;
        double outer = (largest - breakpoint) / intervals;
        for (int i = 0; i < rounded.length; i++) {
            double magnitude = Math.abs(weights[i]);
            double nearest =
                    magnitude <= breakpoint
                            ? Math.rint(magnitude / inner) * inner
                            : breakpoint + Math.rint((magnitude - breakpoint) / outer) * outer;
            rounded[i] = (float) Math.copySign(nearest, weights[i]);
        }
        return rounded;
    }

    private static double squaredError(float[] weights, float... rounded) {
        double error = 0;
        for (int i = 0; i < rounded.length; i++) {
            double difference = (double) weights[i] - rounded[i];
            error += difference * difference;
        }
        return error;
    }

    @Override
    public String description() {
        return "weights in two linear ranges of %d bits, simulated: they are stored in float32"
                .formatted(options.bits());
    }
}
