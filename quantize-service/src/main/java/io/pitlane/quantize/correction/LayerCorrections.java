package io.pitlane.quantize.correction;

import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.pipeline.stage.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Corrects the layers of a quantized graph by what the float graph computes, without labels. */
public final class LayerCorrections {
    /** The share of the time that goes into rounding, where there is any. */
    private static final double ROUNDED = 0.9;

    private final Corrections options;
    private final InputSpec input;
    private final long seed;
    private final Path folder;
    private final ProgressListener progress;

    /**
     * Corrections.
     *
     * @param input which of several inputs takes the images
     * @param seed of random samples
     * @param folder for files of activations, which are deleted in the end
     * @param progress receives the share of layers that are done
     */
    public LayerCorrections(
            Corrections options,
            InputSpec input,
            long seed,
            Path folder,
            ProgressListener progress) {
        this.options = options;
        this.input = input;
        this.seed = seed;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * A corrected graph.
     *
     * @param graph with the nodes of the graph before
     * @param notes corrections that are left out, because the outputs would have been farther from
     *     float
     */
    public record Corrected(FlatGraph graph, List<String> notes) {}

    /**
     * The corrected graph. Each correction is kept only where it brings the outputs of the model
     * closer to those of the float graph: what is best for a layer need not be best for the layers
     * behind it.
     *
     * @param unfolded the float graph with its batch norm, as far as that still tells what its
     *     layers give
     * @param floats the float graph that was quantized, batch norm folded
     * @param quantized with the nodes of {@code floats} and fake quantization between them
     * @param layers of {@code floats}, quantized, in its order
     * @param batches images, as the model takes them
     */
    public Corrected apply(
            FlatGraph unfolded,
            FlatGraph floats,
            FlatGraph quantized,
            List<FusedLayer> layers,
            Iterable<FloatTensor> batches) {
        var notes = new ArrayList<String>();
        var graph = quantized;
        if (options.adaRound() != null) {
            var noise = new OutputNoise(floats, batches, input, HeldOutImages::contains);
            graph = kept("AdaRound", rounded(floats, graph, layers, batches), graph, noise, notes);
        }
        if (options.biasCorrection() != Corrections.BiasCorrection.NONE) {
            var noise = new OutputNoise(floats, batches, input, image -> true);
            var shifted = shifted(unfolded, floats, graph, layers, batches);
            graph = kept("bias correction", shifted, graph, noise, notes);
        }
        return new Corrected(graph, notes);
    }

    private static FlatGraph kept(
            String correction,
            FlatGraph changed,
            FlatGraph before,
            OutputNoise noise,
            List<String> notes) {
        if (noise.isLower(changed, before)) {
            return changed;
        }
        notes.add("%s left out: with it, the outputs are no closer to float".formatted(correction));
        return before;
    }

    private FlatGraph rounded(
            FlatGraph floats,
            FlatGraph quantized,
            List<FusedLayer> layers,
            Iterable<FloatTensor> batches) {
        var rounding = new AdaptiveRounding(options.adaRound(), floats, batches, input, seed);
        var rounded = quantized;
        for (int i = 0; i < layers.size(); i++) {
            progress.at(
                    ROUNDED * i / layers.size(),
                    "rounding layer %d of %d".formatted(i + 1, layers.size()));
            rounded = rounding.apply(rounded, layers.get(i));
        }
        return rounded;
    }

    private FlatGraph shifted(
            FlatGraph unfolded,
            FlatGraph floats,
            FlatGraph quantized,
            List<FusedLayer> layers,
            Iterable<FloatTensor> batches) {
        double before = options.adaRound() == null ? 0 : ROUNDED;
        try (var passes = new ModelPasses(input, batches, folder)) {
            var bias = new BiasCorrection(floats, layers, passes, progress.part(before, 1));
            return options.biasCorrection() == Corrections.BiasCorrection.EMPIRICAL
                    ? bias.empirical(quantized)
                    : bias.analytic(quantized, new BatchNormStatistics(unfolded));
        }
    }
}
