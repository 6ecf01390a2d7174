package io.pitlane.graph.channels.dependency;

import java.util.Arrays;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of operations that pad, repeat or reorder along axes. */
final class RearrangementRules {
    private RearrangementRules() {}

    /** {@code Pad}, {@code PadV2} and {@code MirrorPad}: feature map, then paddings [rank, 2]. */
    static void pad(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var paddings = trace.ints(node, 1);
        if (features.isEmpty() || paddings.isEmpty()) {
            trace.freezeInputs(node, "pads by a computed amount");
            return;
        }
        int axis = features.get().axis();
        int before = (int) paddings.get()[2 * axis];
        int after = (int) paddings.get()[2 * axis + 1];
        if (before + after > 0 && node.getOp().equals("MirrorPad")) {
            trace.freezeInputs(node, "mirrors the channels");
            return;
        }
        trace.setOutput(
                node,
                trace.fixed(axis, before)
                        .followedBy(features.get())
                        .followedBy(trace.fixed(axis, after)));
    }

    /** {@code Tile}: feature map, then how often along each axis. */
    static void tile(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var times = trace.ints(node, 1);
        var shape = trace.inputShape(node, 0);
        int axis = features.map(Channels::axis).orElse(-1);
        // The repetitions along the other axes may be computed: they do not affect channels.
        var along =
                axis < 0
                        ? Optional.<Long>empty()
                        : times.map(t -> t[axis]).or(() -> trace.element(node, 1, axis));
        if (along.isEmpty() || shape.isEmpty()) {
            trace.freezeInputs(node, "repeats a computed number of times");
            return;
        }
        trace.setOutput(node, features.get().flattened(along.get().intValue(), 1));
    }

    /** {@code ReverseV2}: feature map, then the axes to reverse. */
    static void reverse(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var axes = trace.ints(node, 1);
        if (features.isEmpty() || shape.isEmpty() || axes.isEmpty()) {
            trace.freezeInputs(node, "reverses computed axes");
            return;
        }
        int rank = shape.get().length;
        boolean turned =
                Arrays.stream(axes.get())
                        .anyMatch(axis -> Axes.fromStart(axis, rank) == features.get().axis());
        trace.setOutput(node, turned ? features.get().reversed() : features.get());
    }

    /** {@code Roll}: feature map, shifts, axes. */
    static void roll(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var axes = trace.ints(node, 2);
        boolean elsewhere =
                features.isPresent()
                        && shape.isPresent()
                        && axes.isPresent()
                        && Arrays.stream(axes.get())
                                .noneMatch(
                                        axis ->
                                                Axes.fromStart(axis, shape.get().length)
                                                        == features.get().axis());
        if (elsewhere) {
            trace.setOutput(node, features.get());
        } else {
            trace.freezeInputs(node, "rolls the channels");
        }
    }
}
