package io.pitlane.quantize;

import io.pitlane.contract.InputSpec;
import io.pitlane.contract.QuantizeStep.Calibration;
import io.pitlane.model.graph.BatchNormFolding;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.Feeds;
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
 *   <li>Find the blocks that one int8 kernel can do; name the layers that none can.
 *   <li>Calibrate: run training images through the float graph and note the range of every tensor
 *       that goes in or out of a block.
 *   <li>Lower: weights become bytes with a scale an output channel, activations bytes with a scale
 *       a tensor; all else stays float between Dequantize and QuantizeV2.
 * </ol>
 *
 * The result is exact integer arithmetic on every x86-64 processor: weights keep clear of the
 * 16-bit saturation of those without VNNI, whichever one they were made on.
 */
final class PostTrainingInt8 {
    private final Calibration options;
    private final InputSpec input;

    /** For models whose image input need not be named. */
    PostTrainingInt8(Calibration options) {
        this(options, InputSpec.DEFAULT);
    }

    /**
     * A quantization.
     *
     * @param input tells which of several inputs takes the images
     */
    PostTrainingInt8(Calibration options, InputSpec input) {
        this.options = options;
        this.input = input;
    }

    /**
     * Quantizes a graph.
     *
     * @param graph float; left as it is. Layers that depend on an input for which calibration has
     *     but zeros stay float
     * @param batches images to calibrate with, in the shape that the graph takes
     * @throws io.pitlane.contract.FailureException UNSUPPORTED_MACHINE where TensorFlow lacks the
     *     kernels
     */
    Int8Model quantize(FlatGraph graph, Iterable<FloatTensor> batches) {
        Int8Kernels.requireRegistered();
        var folded = new BatchNormFolding().apply(graph);
        var feeds = Feeds.of(graph.signature(), input);
        var blocks = seen(BlockFinder.find(folded), new Unseen(folded, feeds));
        if (blocks.found().isEmpty()) {
            return new Int8Model(graph, notes(blocks, List.of(), List.of()));
        }
        var ranges = new Calibrator(folded, options, input).ranges(tensors(blocks), batches);
        var bounded = blocks.found().stream().filter(b -> bounded(b, ranges)).toList();
        var unbounded = blocks.found().stream().filter(b -> !bounded(b, ranges)).toList();
        var lowered = new Int8Lowering(folded, bounded, ranges).lower();
        return new Int8Model(lowered, notes(blocks, bounded, unbounded));
    }

    private static Blocks seen(Blocks blocks, Unseen unseen) {
        var left = new ArrayList<>(blocks.leftFloat());
        blocks.found().stream()
                .filter(block -> unseen.contains(block.output()))
                .map(block -> block.name() + ": it depends on an input that has no data")
                .forEach(left::add);
        return new Blocks(
                blocks.found().stream().filter(b -> !unseen.contains(b.output())).toList(), left);
    }

    private static Set<TensorRef> tensors(Blocks blocks) {
        var tensors = new LinkedHashSet<TensorRef>();
        for (var block : blocks.found()) {
            tensors.add(block.input());
            block.summand().ifPresent(tensors::add);
            tensors.add(block.output());
        }
        return tensors;
    }

    private static boolean bounded(Block block, Map<TensorRef, Range> ranges) {
        return ranges.get(block.input()).finite()
                && ranges.get(block.output()).finite()
                && block.summand().map(ranges::get).map(Range::finite).orElse(true);
    }

    private static List<String> notes(Blocks blocks, List<Block> int8, List<Block> unbounded) {
        var notes = new ArrayList<String>();
        int layers = blocks.found().size() + blocks.leftFloat().size();
        notes.add("%d of %d layers in int8".formatted(int8.size(), layers));
        blocks.leftFloat().forEach(reason -> notes.add("left float: " + reason));
        unbounded.forEach(
                block ->
                        notes.add(
                                "left float: %s: it makes infinite or undefined values of the calibration images"
                                        .formatted(block.name())));
        return notes;
    }
}
