package io.pitlane.graph.pass;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * Turns a convolution between SpaceToBatchND and BatchToSpaceND into the dilated convolution that
 * it is equivalent to: TensorFlow 1.x exports dilation in this form (Yu and Koltun 2016,
 * "Multi-Scale Context Aggregation by Dilated Convolutions").
 *
 * <p>Row {@code i} of the result is the sum over the kernel's rows {@code j} of {@code kernel[j] *
 * padded[i + block * j]}, which is dilation by the block; rows cropped from an end come from as
 * many rows of padding, which are removed instead. Between the convolution and BatchToSpaceND there
 * may be pointwise operations and per-channel constants. Left as they are: computed paddings and
 * crops, crops of more than padding, and depthwise convolutions, whose CPU kernel does not support
 * dilation.
 */
public final class DilationFolding {
    /**
     * An equivalent graph with dilated convolutions; the same object if there is nothing to fold.
     */
    public FlatGraph apply(FlatGraph graph) {
        var edit = graph.edit();
        boolean folded = false;
        for (var node : graph.nodes()) {
            if (node.getOp().equals("BatchToSpaceND")) {
                folded |= fold(graph, node, edit);
            }
        }
        return folded ? edit.build() : graph;
    }

    private static boolean fold(FlatGraph graph, NodeDef batchToSpace, GraphEditor edit) {
        var conv = convolutionBehind(graph, batchToSpace);
        if (conv.isEmpty()) {
            return false;
        }
        var spaceToBatch = graph.input(conv.get(), 0);
        if (!spaceToBatch.getOp().equals("SpaceToBatchND")) {
            return false;
        }
        var block = ints(graph, spaceToBatch, 1);
        var paddings = ints(graph, spaceToBatch, 2);
        var crops = ints(graph, batchToSpace, 2);
        if (block.length != 2
                || !Arrays.equals(block, ints(graph, batchToSpace, 1))
                || paddings.length != 4
                || crops.length != 4) {
            return false;
        }
        var remaining = new long[4];
        for (int i = 0; i < remaining.length; i++) {
            remaining[i] = paddings[i] - crops[i];
        }
        if (Arrays.stream(remaining).anyMatch(amount -> amount < 0)) {
            return false;
        }
        edit.put(
                dilated(
                        graph,
                        conv.get(),
                        TensorRef.parse(spaceToBatch.getInput(0)),
                        block,
                        remaining));
        edit.redirect(
                TensorRef.of(batchToSpace.getName()), TensorRef.parse(batchToSpace.getInput(0)));
        return true;
    }

    /** The convolution whose only consumer is BatchToSpaceND, with pointwise operations between. */
    private static Optional<NodeDef> convolutionBehind(FlatGraph graph, NodeDef batchToSpace) {
        var node = onlyFor(graph, graph.input(batchToSpace, 0));
        while (node.isPresent() && isPointwise(graph, node.get())) {
            node = onlyFor(graph, graph.input(node.get(), 0));
        }
        return node.filter(DilationFolding::isPlainConvolution);
    }

    private static Optional<NodeDef> onlyFor(FlatGraph graph, NodeDef node) {
        boolean once = graph.uses(node.getName()).size() == 1 && !graph.isOutput(node.getName());
        return once ? Optional.of(node) : Optional.empty();
    }

    private static boolean isPointwise(FlatGraph graph, NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case ACTIVATION -> true;
            case BIAS, ADDITION, SUBTRACTION, MULTIPLICATION ->
                    node.getInputCount() == 2
                            && Attributes.of(node).channelsLast()
                            && isPerChannel(graph.input(node, 1));
            default -> false;
        };
    }

    private static boolean isPerChannel(NodeDef constant) {
        return FloatTensor.isFloatConst(constant) && FloatTensor.of(constant).rank() <= 1;
    }

    private static boolean isPlainConvolution(NodeDef node) {
        var attributes = Attributes.of(node);
        return node.getOp().equals("Conv2D")
                && attributes.channelsLast()
                && attributes.string("padding", "").equals("VALID")
                && isOnes(attributes.ints("strides", List.of()))
                && isOnes(attributes.ints("dilations", List.of()));
    }

    private static boolean isOnes(List<Long> steps) {
        return steps.stream().allMatch(step -> step == 1);
    }

    private static long[] ints(FlatGraph graph, NodeDef node, int slot) {
        return IntConstant.of(graph.input(node, slot)).map(IntConstant::values).orElse(new long[0]);
    }

    private static NodeDef dilated(
            FlatGraph graph, NodeDef conv, TensorRef input, long[] block, long[] padding) {
        var node =
                NodeBuilder.of("Conv2D", conv.getName())
                        .input(input)
                        .input(conv.getInput(1))
                        .attrsOf(conv)
                        .ints("dilations", 1L, block[0], block[1], 1);
        if (Arrays.stream(padding).allMatch(amount -> amount == 0)) {
            return node.build();
        }
        if (isSame(graph.input(conv, 1), block, padding)) {
            return node.string("padding", "SAME").build();
        }
        return node.string("padding", "EXPLICIT")
                .ints(
                        "explicit_paddings",
                        0L,
                        0,
                        padding[0],
                        padding[1],
                        padding[2],
                        padding[3],
                        0,
                        0)
                .build();
    }

    /** Whether these are the paddings that keep height and width, half of them before. */
    private static boolean isSame(NodeDef kernel, long[] block, long[] padding) {
        if (!FloatTensor.isFloatConst(kernel)) {
            return false;
        }
        var size = FloatTensor.of(kernel).shape();
        for (int axis = 0; axis < 2; axis++) {
            long total = block[axis] * (size[axis] - 1);
            if (padding[2 * axis] != total / 2 || padding[2 * axis + 1] != total - total / 2) {
                return false;
            }
        }
        return true;
    }
}
