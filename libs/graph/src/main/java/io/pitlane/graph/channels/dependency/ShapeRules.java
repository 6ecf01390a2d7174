package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.Attributes;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of operations that move or drop axes, or read shapes. */
final class ShapeRules {
    private ShapeRules() {}

    /** {@code Reshape}: feature map, then the shape. */
    static void reshape(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var before = trace.inputShape(node, 0);
        var after = trace.outputShape(node);
        if (features.isEmpty() || before.isEmpty() || after.isEmpty()) {
            trace.freezeInputs(node, "has an unknown shape");
            return;
        }
        var moved = RowMajorReshape.of(before.get(), after.get()).move(features.get(), trace);
        if (moved.isEmpty()) {
            trace.freezeInputs(node, "merges the channels with other axes");
            return;
        }
        trace.addSize(node, 1, moved.get().axis(), moved.get());
        trace.setOutput(node, moved.get());
    }

    /** {@code Squeeze} of named axes. */
    static void squeeze(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var squeezed = Attributes.of(node).ints("squeeze_dims", List.of());
        if (features.isEmpty() || shape.isEmpty() || squeezed.isEmpty()) {
            trace.freezeInputs(node, "squeezes axes that it does not list");
            return;
        }
        var axes =
                Axes.fromStart(squeezed.stream().mapToLong(a -> a).toArray(), shape.get().length);
        dropAxes(node, features.get(), axes, trace);
    }

    /** {@code ExpandDims}: feature map, then the axis. */
    static void expandDims(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.outputShape(node);
        var axis = trace.ints(node, 1);
        if (features.isEmpty() || shape.isEmpty() || axis.isEmpty()) {
            trace.freezeInputs(node, "adds a computed axis");
            return;
        }
        int added = Axes.fromStart(axis.get()[0], shape.get().length);
        int channelAxis = features.get().axis();
        trace.setOutput(
                node, features.get().at(added <= channelAxis ? channelAxis + 1 : channelAxis));
    }

    /** {@code Transpose}: feature map, then the permutation. */
    static void transpose(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var permutation = trace.ints(node, 1);
        if (features.isEmpty() || permutation.isEmpty()) {
            trace.freezeInputs(node, "has a computed permutation");
            return;
        }
        for (int axis = 0; axis < permutation.get().length; axis++) {
            if (permutation.get()[axis] == features.get().axis()) {
                trace.setOutput(node, features.get().at(axis));
            }
        }
    }

    /** {@code Mean}, {@code Max} and the like: feature map, then the axes that are reduced. */
    static void reduce(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var reduced = trace.ints(node, 1);
        if (features.isEmpty() || shape.isEmpty() || reduced.isEmpty()) {
            trace.freezeInputs(node, "reduces computed axes");
            return;
        }
        var axes = Axes.fromStart(reduced.get(), shape.get().length);
        boolean keepDims = Attributes.of(node).bool("keep_dims", false);
        if (keepDims && !Axes.contain(axes, features.get().axis())) {
            trace.setOutput(node, features.get());
        } else {
            dropAxes(node, features.get(), axes, trace);
        }
    }

    private static void dropAxes(
            NodeDef node, Channels features, int[] dropped, ChannelTrace trace) {
        int axis = features.axis();
        if (Axes.contain(dropped, axis)) {
            trace.freezeInputs(node, "reduces over the channels");
        } else {
            int before = (int) Arrays.stream(dropped).filter(d -> d < axis).count();
            trace.setOutput(node, features.at(axis - before));
        }
    }

    /** {@code SpaceToBatchND} and {@code BatchToSpaceND}: feature map, block shape, amounts. */
    static void spaceAndBatch(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var block = trace.ints(node, 1);
        if (features.isPresent()
                && block.isPresent()
                && features.get().axis() > block.get().length) {
            trace.setOutput(node, features.get());
        } else {
            trace.freezeInputs(node, "moves the channels between space and batch");
        }
    }

    /** {@code SpaceToDepth}: each block of pixels becomes one pixel with all their channels. */
    static void spaceToDepth(NodeDef node, ChannelTrace trace) {
        int block = (int) node.getAttrOrThrow("block_size").getI();
        var features = trace.input(node, 0);
        if (features.isPresent() && Attributes.of(node).channelsLast()) {
            trace.setOutput(node, features.get().flattened(block * block, 1));
        } else {
            trace.freezeInputs(node, "moves pixels between channels");
        }
    }

    /** {@code DepthToSpace}: all channels of one pixel become a block of pixels. */
    static void depthToSpace(NodeDef node, ChannelTrace trace) {
        int pixels = (int) Math.pow(node.getAttrOrThrow("block_size").getI(), 2);
        var features = trace.input(node, 0);
        if (features.isEmpty()
                || !Attributes.of(node).channelsLast()
                || features.get().length() % pixels != 0) {
            trace.freezeInputs(node, "moves channels between pixels");
            return;
        }
        int each = features.get().length() / pixels;
        var first = features.get().part(0, each);
        for (int pixel = 1; pixel < pixels; pixel++) {
            trace.couple(first, features.get().part(pixel * each, (pixel + 1) * each));
        }
        trace.setOutput(node, first);
    }

    /** {@code ArgMax} and {@code ArgMin}: feature map, then the axis that is reduced. */
    static void choose(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var axis = trace.ints(node, 1);
        if (features.isEmpty() || shape.isEmpty() || axis.isEmpty()) {
            trace.freezeInputs(node, "takes the index along a computed axis");
            return;
        }
        int chosen = Axes.fromStart(axis.get()[0], shape.get().length);
        if (chosen == features.get().axis()) {
            trace.freezeInputs(node, "compares all channels");
        } else {
            dropAxes(node, features.get(), new int[] {chosen}, trace);
        }
    }

    /** {@code Shape}: any element may be used, except the number of channels. */
    static void shape(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0).orElseThrow();
        var shape = trace.inputShape(node, 0);
        boolean counted =
                shape.isEmpty()
                        || trace.graph().isOutput(node.getName())
                        || trace.graph().uses(node.getName()).stream()
                                .anyMatch(
                                        use ->
                                                takesPosition(
                                                        use.consumer(),
                                                        features.axis(),
                                                        shape.get().length,
                                                        trace));
        if (counted) {
            trace.freeze(features, ChannelTrace.describe(node) + " counts the channels");
        }
    }

    private static boolean takesPosition(
            NodeDef consumer, int position, int length, ChannelTrace trace) {
        return switch (consumer.getOp()) {
            case "StridedSlice" ->
                    StridedSliceRange.of(consumer, 1, trace)
                            .map(ranges -> ranges.takes(0, position, length))
                            .orElse(true);
            case "Gather", "GatherV2" ->
                    trace.ints(consumer, 1)
                            .map(indices -> Arrays.stream(indices).anyMatch(i -> i == position))
                            .orElse(true);
            default -> true;
        };
    }
}
