package io.pitlane.quantize.correction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.List;

/** Corrects the layers of a quantized graph by what the float graph computes, without labels. */
public final class LayerCorrections {
    private final Corrections options;
    private final InputSpec input;

    /**
     * Corrections.
     *
     * @param input which of several inputs takes the images
     */
    public LayerCorrections(Corrections options, InputSpec input) {
        this.options = options;
        this.input = input;
    }

    /**
     * The corrected graph.
     *
     * @param unfolded the float graph with its batch norm, as far as that still tells what its
     *     layers give
     * @param floats the float graph that was quantized, batch norm folded
     * @param quantized with the nodes of {@code floats} and fake quantization between them
     * @param layers of {@code floats}, quantized, in its order
     * @param batches images, as the model takes them
     */
    public FlatGraph apply(
            FlatGraph unfolded,
            FlatGraph floats,
            FlatGraph quantized,
            List<FusedLayer> layers,
            Iterable<FloatTensor> batches) {
        var bias = new BiasCorrection(floats, layers, batches, input);
        return switch (options.biasCorrection()) {
            case NONE -> quantized;
            case EMPIRICAL -> bias.empirical(quantized);
            case ANALYTIC -> bias.analytic(quantized, new BatchNormStatistics(unfolded));
        };
    }
}
