package io.pitlane.quantize;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.CalibrationRanges;
import io.pitlane.contract.finding.CalibrationRanges.TensorRange;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.pass.SumSplitting;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.quantize.correction.CrossLayerEqualization;
import io.pitlane.quantize.correction.CrossLayerEqualization.Equalized;
import io.pitlane.quantize.correction.LayerCorrections;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Post-training quantization to int8, without labels and without training (Jacob et al.,
 * Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference,
 * CVPR 2018; per-channel weights as in Krishnamoorthi, arXiv:1806.08342):
 *
 * <ol>
 *   <li>Fold batch norm into the weights before it, and split sums of several tensors into sums of
 *       two.
 *   <li>Equalize the channels between layers, where the step says so ({@link
 *       CrossLayerEqualization}).
 *   <li>Find the layers that some engine has an int8 kernel for; report the others.
 *   <li>Calibrate: run training images through the float graph and record the range of every input
 *       and output of these layers.
 *   <li>Insert fake quantization: weights are rounded to signed bytes with a scale per output
 *       channel, bounded so that products are exact on every processor ({@link
 *       io.pitlane.graph.quantization.WeightQuantization}); activations to unsigned bytes with a
 *       scale and a zero point per tensor.
 *   <li>Learn the rounding of weights, where the step says so, and correct biases, unless it says
 *       otherwise ({@link LayerCorrections}).
 * </ol>
 *
 * The result simulates int8 in float; the exports of {@code io.pitlane.formats} make integer
 * arithmetic of it, from the same numbers.
 */
final class PostTrainingInt8 {
    private final QuantizeStep options;
    private final InputSpec input;
    private final long seed;
    private final Path folder;
    private final ProgressListener progress;

    /** A quantization with the default input specification. */
    PostTrainingInt8(QuantizeStep options) {
        this(options, InputSpec.DEFAULT);
    }

    /**
     * A quantization with a seed of its own, which does not report progress, and keeps its files
     * among the temporary ones.
     *
     * @param input which of several inputs takes the images
     */
    PostTrainingInt8(QuantizeStep options, InputSpec input) {
        this(
                options,
                input,
                0,
                Path.of(System.getProperty("java.io.tmpdir")),
                ProgressListener.NONE);
    }

    /**
     * A quantization.
     *
     * @param input which of several inputs takes the images
     * @param seed of what is random in corrections
     * @param folder for files of activations, which are deleted in the end
     * @param progress receives the share of corrections that are made, after calibration
     */
    PostTrainingInt8(
            QuantizeStep options,
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
     * A quantized graph.
     *
     * @param graph with the names of the float graph's signature
     * @param floats the float graph that was quantized: prepared, with layers of the same names
     * @param notes how many layers are in int8, and which stayed float and why
     * @param ranges of the quantized activations, in the graph's order
     */
    record QuantizedModel(
            FlatGraph graph, FlatGraph floats, List<String> notes, List<TensorRange> ranges) {
        QuantizedModel {
            notes = List.copyOf(notes);
            ranges = List.copyOf(ranges);
        }

        /** The same model with one more note. */
        QuantizedModel with(String note) {
            return new QuantizedModel(
                    graph, floats, Stream.concat(notes.stream(), Stream.of(note)).toList(), ranges);
        }

        /** What was chosen, for the report; nothing where nothing is quantized. */
        List<Finding> findings() {
            return ranges.isEmpty() ? List.of() : List.of(new CalibrationRanges(ranges));
        }

        /** Whether any layer is quantized. */
        boolean isQuantized() {
            return QuantizedGraph.of(graph).isQuantized();
        }
    }

    /**
     * Quantizes a graph.
     *
     * @param graph float; not modified. Layers that depend on an input for which calibration has
     *     only zeros stay float
     * @param batches calibration images, in the shape that the graph takes
     */
    QuantizedModel quantize(FlatGraph graph, Iterable<FloatTensor> batches) {
        if (!options.scheme().hasIntegerArithmetic()) {
            return new WeightCompression(options).compress(graph);
        }
        var trained = TrainedKernels.of(graph);
        var folded = new BatchNormFolding().apply(new SumSplitting().apply(trained.floats()));
        if (options.corrections().equalization()) {
            var equalized = equalized(folded, batches);
            // Batch norm says nothing about the outputs of equalized layers.
            return quantize(equalized.graph(), equalized.graph(), trained, batches)
                    .with(equalizationNote(equalized.pairs()));
        }
        return quantize(trained.floats(), folded, trained, batches);
    }

    private Equalized equalized(FlatGraph folded, Iterable<FloatTensor> batches) {
        try (var passes = new ModelPasses(input, batches, folder)) {
            return CrossLayerEqualization.apply(
                    folded,
                    quantizable(folded).found(),
                    options.weights().granularity() == Granularity.PER_TENSOR,
                    passes);
        }
    }

    private QuantizedModel quantize(
            FlatGraph graph,
            FlatGraph folded,
            TrainedKernels trained,
            Iterable<FloatTensor> batches) {
        var int16 = LayerPatterns.matching(folded, "quantize.int16", options.int16Layers());
        var layers = quantizable(folded);
        if (layers.found().isEmpty()) {
            return new QuantizedModel(graph, graph, notes(layers, List.of(), List.of()), List.of());
        }
        var uncalibrated = uncalibrated(folded);
        var calibrated =
                new QuantizationPlan(
                        folded, layers.found(), tensor -> !uncalibrated.contains(tensor));
        var methods =
                new CalibrationMethods(
                        folded,
                        calibrated.tensorsToCalibrate(),
                        layers.found(),
                        options.calibration());
        var ranges =
                new Calibrator(
                                folded,
                                input,
                                new ActivationQuantization(options),
                                MemoryBudget.ofProcess())
                        .ranges(methods.byTensor(), batches);
        var bounded = layers.found().stream().filter(l -> isBounded(l, ranges)).toList();
        var unbounded = layers.found().stream().filter(l -> !isBounded(l, ranges)).toList();
        var plan =
                new QuantizationPlan(folded, bounded, tensor -> isBounded(tensor, ranges), int16);
        var quantized = FakeQuantizationWriter.write(folded, plan, ranges, options, trained);
        var corrected =
                new LayerCorrections(options.corrections(), input, seed, folder, progress)
                        .apply(graph, folded, quantized, bounded, batches);
        var notes = new ArrayList<>(notes(layers, bounded, unbounded));
        notes.addAll(1, EngineNotes.of(quantized));
        notes.addAll(corrected.notes());
        long kept = bounded.stream().filter(layer -> trained.of(layer).isPresent()).count();
        if (kept > 0 && options.scheme() == Scheme.INT8) {
            notes.add("%d layers keep the integers that they have".formatted(kept));
        }
        if (!int16.isEmpty()) {
            notes.add(int16Note(bounded, int16));
        }
        return new QuantizedModel(corrected.graph(), folded, notes, methods.described(ranges));
    }

    private static String equalizationNote(List<String> pairs) {
        return pairs.isEmpty()
                ? "no layers to equalize: a layer must be the only one that reads another's output"
                : "%d pairs of layers equalized: %s"
                        .formatted(pairs.size(), String.join(", ", pairs));
    }

    private FusedLayerFinder.Result quantizable(FlatGraph folded) {
        var chosen =
                chosen(
                        layers(folded),
                        LayerPatterns.matching(folded, "quantize.float", options.floatLayers()));
        return calibratable(chosen, uncalibrated(folded));
    }

    private UncalibratedTensors uncalibrated(FlatGraph folded) {
        return new UncalibratedTensors(folded, ModelInputs.of(folded.signature(), input));
    }

    private static FusedLayerFinder.Result layers(FlatGraph graph) {
        return FusedLayerFinder.find(
                graph, InferredShapes.of(graph), FusedLayerFinder.SumFusion.NONE);
    }

    private static FusedLayerFinder.Result chosen(
            FusedLayerFinder.Result layers, Set<String> leftFloat) {
        var reasons = new ArrayList<>(layers.leftFloat());
        layers.found().stream()
                .filter(layer -> leftFloat.contains(layer.name()))
                .map(layer -> layer.name() + ": the plan leaves it float")
                .forEach(reasons::add);
        return new FusedLayerFinder.Result(
                layers.found().stream().filter(l -> !leftFloat.contains(l.name())).toList(),
                reasons);
    }

    private static FusedLayerFinder.Result calibratable(
            FusedLayerFinder.Result layers, UncalibratedTensors uncalibrated) {
        var leftFloat = new ArrayList<>(layers.leftFloat());
        layers.found().stream()
                .filter(layer -> uncalibrated.contains(layer.output()))
                .map(layer -> layer.name() + ": it depends on an input that has no data")
                .forEach(leftFloat::add);
        return new FusedLayerFinder.Result(
                layers.found().stream().filter(l -> !uncalibrated.contains(l.output())).toList(),
                leftFloat);
    }

    private static boolean isBounded(FusedLayer layer, Map<TensorRef, Range> ranges) {
        return isBounded(layer.input(), ranges) && isBounded(layer.output(), ranges);
    }

    private static boolean isBounded(TensorRef tensor, Map<TensorRef, Range> ranges) {
        var range = ranges.get(tensor);
        return range != null && range.finite();
    }

    private static List<String> notes(
            FusedLayerFinder.Result layers, List<FusedLayer> int8, List<FusedLayer> unbounded) {
        var notes = new ArrayList<String>();
        int total = layers.found().size() + layers.leftFloat().size();
        notes.add("%d of %d layers in int8".formatted(int8.size(), total));
        layers.leftFloat().forEach(reason -> notes.add("left float: " + reason));
        unbounded.forEach(
                layer ->
                        notes.add(
                                "left float: %s: its values for the calibration images are not finite"
                                        .formatted(layer.name())));
        return notes;
    }

    private static String int16Note(List<FusedLayer> layers, Set<String> int16) {
        return layers.stream()
                .map(FusedLayer::name)
                .filter(int16::contains)
                .collect(
                        Collectors.joining(
                                ", ",
                                "16-bit activations: ",
                                "; these layers, and those beside them, run in integers in TFLite,"
                                        + " and in float with the same weights in other engines"));
    }
}
