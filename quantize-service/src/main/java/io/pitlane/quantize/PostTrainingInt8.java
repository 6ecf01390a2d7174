package io.pitlane.quantize;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.step.QuantizeStep.Calibration;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Post-training quantization to int8 with real integer kernels, without labels and without training
 * (Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference, CVPR 2018; per-channel weights as in Krishnamoorthi, arXiv:1806.08342):
 *
 * <ol>
 *   <li>Fold batch norm into the weights before it.
 *   <li>Find the layers that an int8 kernel supports; report the others.
 *   <li>Calibrate: run training images through the float graph and record the range of every input
 *       and output of these layers.
 *   <li>Lower: weights become signed bytes with a scale per output channel, activations unsigned
 *       bytes with a scale and a zero point per tensor; everything else stays float between
 *       Dequantize and QuantizeV2.
 * </ol>
 *
 * Products and their sums are exact on processors with and without VNNI, of whatever sign the
 * activations are: the weights are bounded so that 16-bit sums do not saturate ({@link
 * Int8Weights}), and kernels get unsigned bytes only, for oneDNN halves the weights of signed ones.
 * Results differ between processors by the rounding of the last step at most. The exception are
 * convolutions of one input channel on processors with AVX-512 but without VNNI, where oneDNN adds
 * products of other weights in 16 bits.
 */
final class PostTrainingInt8 {
    private final Calibration options;
    private final InputSpec input;

    /** A quantization with the default input specification. */
    PostTrainingInt8(Calibration options) {
        this(options, InputSpec.DEFAULT);
    }

    /**
     * A quantization.
     *
     * @param input which of several inputs takes the images
     */
    PostTrainingInt8(Calibration options, InputSpec input) {
        this.options = options;
        this.input = input;
    }

    /**
     * A graph with int8 layers.
     *
     * @param graph with the signature of the float graph
     * @param notes how many layers are in int8, and which stayed float and why
     */
    record QuantizedModel(FlatGraph graph, List<String> notes) {
        QuantizedModel {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Quantizes a graph.
     *
     * @param graph float; not modified. Layers that depend on an input for which calibration has
     *     only zeros stay float
     * @param batches calibration images, in the shape that the graph takes
     * @throws io.pitlane.contract.failure.FailureException UNSUPPORTED_MACHINE where TensorFlow
     *     lacks the kernels
     */
    QuantizedModel quantize(FlatGraph graph, Iterable<FloatTensor> batches) {
        KernelAvailability.requireRegistered();
        var folded = new BatchNormFolding().apply(graph);
        var feeds = ModelInputs.of(graph.signature(), input);
        var uncalibrated = new UncalibratedTensors(folded, feeds);
        var layers =
                new IsolatedDepthwise(folded)
                        .leaveFloat(calibratable(FusedLayerFinder.find(folded), uncalibrated));
        if (layers.found().isEmpty()) {
            return new QuantizedModel(graph, notes(layers, List.of(), List.of()));
        }
        var ranges =
                new Calibrator(folded, options, input, MemoryBudget.ofProcess())
                        .ranges(tensors(layers), batches);
        var bounded = layers.found().stream().filter(l -> isBounded(l, ranges)).toList();
        var unbounded = layers.found().stream().filter(l -> !isBounded(l, ranges)).toList();
        var lowered = new Int8Lowering(folded, bounded, ranges).lower();
        return new QuantizedModel(lowered, notes(layers, bounded, unbounded));
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

    private static Set<TensorRef> tensors(FusedLayerFinder.Result layers) {
        var tensors = new LinkedHashSet<TensorRef>();
        for (var layer : layers.found()) {
            tensors.add(layer.input());
            layer.summand().ifPresent(tensors::add);
            tensors.add(layer.output());
        }
        return tensors;
    }

    private static boolean isBounded(FusedLayer layer, Map<TensorRef, Range> ranges) {
        return ranges.get(layer.input()).finite()
                && ranges.get(layer.output()).finite()
                && layer.summand().map(ranges::get).map(Range::finite).orElse(true);
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
}
