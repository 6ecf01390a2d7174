package io.pitlane.quantize;

import io.pitlane.analysis.AffordableImages;
import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.quantization.Sensitivity;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Measures how much the quantization of each layer changes the outputs of a model: the layer alone
 * quantized, the layer alone float, its weights alone, its activations alone. One session of a
 * {@link SwitchableGraph} runs all of them, forward only and from the layer on ({@link
 * PrefixPasses}); a checkpoint after each lets a resumed analysis go on where it was.
 */
final class SensitivityAnalysis {
    private static final String CHECKPOINT = "sensitivity";

    /** Through half of the model each, on average. */
    private static final int PASSES_OF_A_LAYER = 4;

    /** An analysis takes about so long at most, where the model is not too large for that. */
    private static final int MINUTES = 8;

    private static final int FEWEST_SAMPLES = 64;

    private final Plan plan;
    private final ImageSet images;
    private final Checkpoints checkpoints;
    private final Path folder;

    /**
     * An analysis.
     *
     * @param images that the models are compared on
     * @param checkpoints where an earlier analysis of the same model may have left its figures
     * @param folder for a file of predictions
     */
    SensitivityAnalysis(Plan plan, ImageSet images, Checkpoints checkpoints, Path folder) {
        this.plan = plan;
        this.images = images;
        this.checkpoints = checkpoints;
        this.folder = folder;
    }

    /**
     * The number of images to measure on: that of the options, or else as many as take minutes.
     *
     * @param shape of one image, by the names of the inputs that take it
     */
    static int samples(
            Sensitivity options, PostTrainingInt8.QuantizedModel model, Map<String, long[]> shape) {
        if (options.samples() != null) {
            return options.samples();
        }
        int layers = new SwitchableGraph(model.floats(), model.graph()).layers().size();
        int whole = Math.max(1, PASSES_OF_A_LAYER / 2 * layers / MINUTES);
        return AffordableImages.of(model.floats(), shape)
                .count(whole, FEWEST_SAMPLES, Sensitivity.MOST_SAMPLES);
    }

    /**
     * Measures every quantized layer.
     *
     * @param model what quantization made
     * @param batches some images for the distributions of values, in the shape that the graph takes
     */
    LayerSensitivity measure(
            PostTrainingInt8.QuantizedModel model,
            Iterable<FloatTensor> batches,
            ProgressListener progress) {
        var switchable = new SwitchableGraph(model.floats(), model.graph());
        var layers = switchable.layers();
        var footprints = footprints(model.floats(), batches);
        var distributions = new LayerDistributions(model.floats(), layers, plan.input(), batches);
        try (var session = GraphSession.open(switchable.graph(), plan.input());
                var passes =
                        new PrefixPasses(switchable, session, folder, MemoryBudget.ofProcess());
                var comparison =
                        passes.floats(
                                floats ->
                                        new ModelComparison(
                                                model.floats(), floats, plan, images, folder))) {
            var points = new Points(switchable, passes, comparison, progress);
            return new LayerSensitivity(
                    images.size(),
                    comparison.before().map(Accuracy.Headline::name).orElse(null),
                    comparison.before().map(Accuracy.Headline::value).orElse(null),
                    points.measure(
                            "all",
                            () ->
                                    comparison.of(
                                            session.with(switchable.on(switchable.quantizers())))),
                    layers.stream()
                            .map(
                                    layer ->
                                            points.layer(
                                                    layer,
                                                    footprints.get(layer.name()),
                                                    distributions.of(layer)))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep activations in " + folder, e);
        }
    }

    private Map<String, LayerFootprint> footprints(
            FlatGraph floats, Iterable<FloatTensor> batches) {
        var shape = batches.iterator().next().shape().clone();
        shape[0] = 1;
        var port = ModelInputs.of(floats.signature(), plan.input()).image();
        return Footprint.of(floats, Map.of(port.name(), shape)).layers().stream()
                .collect(Collectors.toMap(LayerFootprint::name, Function.identity()));
    }

    /** The measured combinations of quantizers, by name. */
    private final class Points {
        private final SwitchableGraph switchable;
        private final PrefixPasses passes;
        private final ModelComparison comparison;
        private final ProgressListener progress;
        private final ErrorMemory memory = new ErrorMemory(checkpoints, CHECKPOINT);
        private int measured;

        Points(
                SwitchableGraph switchable,
                PrefixPasses passes,
                ModelComparison comparison,
                ProgressListener progress) {
            this.switchable = switchable;
            this.passes = passes;
            this.comparison = comparison;
            this.progress = progress;
        }

        LayerSensitivity.Layer layer(
                SwitchableGraph.Layer layer,
                LayerFootprint footprint,
                LayerSensitivity.Distribution distribution) {
            var rest = new HashSet<>(switchable.quantizers());
            rest.removeAll(layer.quantizers());
            var weightsAlone = Set.of(layer.weights());
            var alone =
                    measure(
                            "alone " + layer.name(),
                            () -> passes.alone(layer, layer.quantizers(), comparison));
            var without =
                    measure(
                            "without " + layer.name(),
                            () -> passes.without(layer, rest, comparison));
            var weights =
                    measure(
                            "weights " + layer.name(),
                            () -> passes.alone(layer, weightsAlone, comparison));
            var activations =
                    measure(
                            "activations " + layer.name(),
                            () -> passes.alone(layer, layer.activations(), comparison));
            return new LayerSensitivity.Layer(
                    layer.name(),
                    footprint.macs(),
                    footprint.parameters(),
                    alone,
                    without,
                    weights,
                    activations,
                    distribution,
                    SensitivityAdvice.of(alone, weights, activations, distribution));
        }

        OutputError measure(String name, Supplier<OutputError> measurement) {
            var error = memory.error(name, measurement);
            measured++;
            progress.at(
                    (double) measured / (1 + PASSES_OF_A_LAYER * switchable.layers().size()),
                    "sensitivity: " + name);
            return error;
        }
    }
}
