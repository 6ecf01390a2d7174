package io.pitlane.quantize.correction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.List;

/** Corrects the layers of a quantized graph by what the float graph computes, without labels. */
public final class LayerCorrections {
    /** The share of the time that goes into rounding, where there is any. */
    private static final double ROUNDED = 0.9;

    private final Corrections options;
    private final InputSpec input;
    private final long seed;
    private final ProgressListener progress;

    /**
     * Corrections.
     *
     * @param input which of several inputs takes the images
     * @param seed of random samples
     * @param progress receives the share of layers that are done
     */
    public LayerCorrections(
            Corrections options, InputSpec input, long seed, ProgressListener progress) {
        this.options = options;
        this.input = input;
        this.seed = seed;
        this.progress = progress;
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
        var rounded = quantized;
        boolean isRounded = options.adaRound() != null;
        if (isRounded) {
            var rounding = new AdaptiveRounding(options.adaRound(), floats, batches, input, seed);
            for (int i = 0; i < layers.size(); i++) {
                progress.at(
                        ROUNDED * i / layers.size(),
                        "rounding layer %d of %d".formatted(i + 1, layers.size()));
                rounded = rounding.apply(rounded, layers.get(i));
            }
        }
        double before = isRounded ? ROUNDED : 0;
        ProgressListener rest =
                (share, message) -> progress.at(before + share * (1 - before), message);
        var bias = new BiasCorrection(floats, layers, batches, input, rest);
        return switch (options.biasCorrection()) {
            case NONE -> rounded;
            case EMPIRICAL -> bias.empirical(rounded);
            case ANALYTIC -> bias.analytic(rounded, new BatchNormStatistics(unfolded));
        };
    }
}
