package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.Attributes;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of operations that take a part of a feature map. */
final class SliceRules {
    private SliceRules() {}

    /** {@code Slice}: feature map, begin, size. */
    static void slice(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var begin = trace.ints(node, 1);
        var size = trace.ints(node, 2);
        if (features.isEmpty() || begin.isEmpty() || size.isEmpty()) {
            trace.freezeInputs(node, "slices a computed range");
            return;
        }
        int axis = features.get().axis();
        int length = features.get().length();
        int from = (int) begin.get()[axis];
        int to = size.get()[axis] < 0 ? length : from + (int) size.get()[axis];
        if (from > 0) {
            trace.addBoundary(node, 1, axis, features.get().part(0, from));
        }
        trace.addSize(node, 2, axis, features.get().part(from, to));
        trace.setOutput(node, features.get().part(from, to));
    }

    /** {@code StridedSlice}: feature map, begin, end, strides. */
    static void stridedSlice(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var ranges =
                shape.isEmpty()
                        ? Optional.<StridedSliceRange>empty()
                        : StridedSliceRange.of(node, shape.get().length, trace);
        if (features.isEmpty() || ranges.isEmpty()) {
            trace.freezeInputs(node, "slices a computed range");
            return;
        }
        var channels = features.get();
        var axis = ranges.get().axes().get(channels.axis());
        if (axis.reverses()) {
            trace.setOutput(node, channels.reversed().at(axis.output()));
        } else if (axis.isRange()) {
            trace.setOutput(node, range(node, channels, axis, trace).at(axis.output()));
        } else {
            trace.freezeInputs(node, "slices the channels with a stride");
        }
    }

    private static Channels range(
            NodeDef node, Channels channels, StridedSliceRange.Axis axis, ChannelTrace trace) {
        int length = channels.length();
        int from = axis.from(length);
        int to = Math.max(from, axis.to(length));
        if (from > 0) {
            trace.addBoundary(node, 1, axis.entry(), channels.part(0, from));
        }
        if (to < length) {
            trace.addBoundary(node, 2, axis.entry(), channels.part(0, to));
        }
        return channels.part(from, to);
    }

    /** {@code GatherV2}: feature map, indices, axis. */
    static void gather(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var indices = trace.inputShape(node, 1);
        var axis = trace.ints(node, 2);
        boolean batched = Attributes.of(node).integer("batch_dims", 0) != 0;
        if (features.isEmpty()
                || shape.isEmpty()
                || indices.isEmpty()
                || axis.isEmpty()
                || batched
                || trace.input(node, 1).isPresent()) {
            trace.freezeInputs(node, "gathers by computed indices");
            return;
        }
        int along = Axes.fromStart(axis.get()[0], shape.get().length);
        int channelAxis = features.get().axis();
        if (along == channelAxis) {
            trace.freezeInputs(node, "gathers channels by index");
        } else {
            int moved = along < channelAxis ? channelAxis + indices.get().length - 1 : channelAxis;
            trace.setOutput(node, features.get().at(moved));
        }
    }
}
