package io.pitlane.model.channels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/** What ops that put feature maps together or take them apart do with channels. */
final class JoinRules {
    private JoinRules() {}

    /** {@code ConcatV2}: feature maps, then the axis. */
    static void concat(NodeDef node, ChannelTrace trace) {
        int features = node.getInputCount() - 1;
        var shape = trace.outputShape(node);
        var axis = trace.ints(node, features);
        if (axis.isEmpty() || shape.isEmpty()) {
            trace.freezeInputs(node, "joins along a computed axis");
            return;
        }
        int joined = fromStart(axis.get()[0], shape.get().length);
        var channelAxis = commonAxis(node, features, trace);
        if (channelAxis.isEmpty()) {
            trace.freezeInputs(node, "joins channels along different axes");
        } else if (channelAxis.get() == joined) {
            concatChannels(node, features, joined, trace);
        } else {
            concatPositions(node, features, channelAxis.get(), trace);
        }
    }

    private static Optional<Integer> commonAxis(NodeDef node, int features, ChannelTrace trace) {
        var axes =
                IntStream.range(0, features)
                        .mapToObj(slot -> trace.input(node, slot))
                        .flatMap(Optional::stream)
                        .map(Channels::axis)
                        .distinct()
                        .toList();
        return axes.size() == 1 ? Optional.of(axes.get(0)) : Optional.empty();
    }

    private static void concatChannels(NodeDef node, int features, int axis, ChannelTrace trace) {
        var parts = new ArrayList<Channels>();
        for (int slot = 0; slot < features; slot++) {
            var part = partOf(node, slot, axis, trace);
            if (part.isEmpty()) {
                trace.freezeInputs(node, "joins channels of unknown number");
                return;
            }
            parts.add(part.get());
        }
        trace.output(node, parts.stream().reduce(Channels::followedBy).orElseThrow());
    }

    /** The channels of one input; fixed ones where it carries none that can be pruned. */
    private static Optional<Channels> partOf(NodeDef node, int slot, int axis, ChannelTrace trace) {
        return trace.input(node, slot)
                .or(
                        () ->
                                trace.inputShape(node, slot)
                                        .map(shape -> (int) shape[axis])
                                        .filter(length -> length >= 0)
                                        .map(length -> trace.fixed(axis, length)));
    }

    private static void concatPositions(NodeDef node, int features, int axis, ChannelTrace trace) {
        var inputs =
                IntStream.range(0, features).mapToObj(slot -> trace.input(node, slot)).toList();
        if (inputs.stream().anyMatch(Optional::isEmpty)) {
            trace.freezeInputs(node, "joins the channels with what cannot be pruned");
            return;
        }
        var first = inputs.get(0).orElseThrow();
        inputs.forEach(other -> trace.couple(first, other.orElseThrow()));
        trace.output(node, first.at(axis));
    }

    /** {@code Split}: the axis, then the feature map; equal parts. */
    static void split(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 1);
        var shape = trace.inputShape(node, 1);
        var axis = trace.ints(node, 0);
        if (features.isEmpty() || shape.isEmpty() || axis.isEmpty()) {
            trace.freezeInputs(node, "splits along a computed axis");
            return;
        }
        int parts = (int) node.getAttrOrThrow("num_split").getI();
        boolean alongChannels =
                fromStart(axis.get()[0], shape.get().length) == features.get().axis();
        var outputs = alongChannels ? equalParts(features.get(), parts) : List.of(features.get());
        for (int i = 0; i < parts; i++) {
            var part = outputs.get(i % outputs.size());
            // The parts must stay equal in length, so the same positions leave each of them.
            trace.couple(outputs.get(0), part);
            trace.output(node, i, part);
        }
    }

    private static List<Channels> equalParts(Channels channels, int parts) {
        int length = channels.length() / parts;
        return IntStream.range(0, parts)
                .mapToObj(i -> channels.part(i * length, (i + 1) * length))
                .toList();
    }

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
        trace.output(
                node,
                trace.fixed(axis, before)
                        .followedBy(features.get())
                        .followedBy(trace.fixed(axis, after)));
    }

    /** {@code Slice}: feature map, begin, size. */
    static void slice(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var begin = trace.ints(node, 1);
        var size = trace.ints(node, 2);
        if (features.isEmpty() || begin.isEmpty() || size.isEmpty()) {
            trace.freezeInputs(node, "cuts by a computed amount");
            return;
        }
        int axis = features.get().axis();
        boolean whole =
                begin.get()[axis] == 0
                        && (size.get()[axis] == -1 || size.get()[axis] == features.get().length());
        if (whole) {
            trace.size(node, 2, axis, features.get());
            trace.output(node, features.get());
        } else {
            trace.freezeInputs(node, "picks some of the channels");
        }
    }

    /** {@code StridedSlice}: feature map, begin, end, strides. */
    static void stridedSlice(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var cut = StridedCut.of(node, trace);
        if (features.isEmpty() || cut.isEmpty()) {
            trace.freezeInputs(node, "cuts in a way that is not understood");
        } else if (cut.get().keepsAll(features.get().axis(), features.get().length())) {
            int axis = features.get().axis();
            trace.output(node, features.get().at(cut.get().axisAfter(axis)));
        } else {
            trace.freezeInputs(node, "picks some of the channels");
        }
    }

    /** An axis that may be counted from the end, counted from the start. */
    static int fromStart(long axis, int rank) {
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }
}
