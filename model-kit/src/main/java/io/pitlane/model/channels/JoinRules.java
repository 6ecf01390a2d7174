package io.pitlane.model.channels;

import java.util.ArrayList;
import java.util.Arrays;
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

    /** The channels in so many parts of one length. */
    static List<Channels> equalParts(Channels channels, int parts) {
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
        int length = features.get().length();
        int from = (int) begin.get()[axis];
        int to = size.get()[axis] < 0 ? length : from + (int) size.get()[axis];
        if (from > 0) {
            trace.place(node, 1, axis, features.get().part(0, from));
        }
        trace.size(node, 2, axis, features.get().part(from, to));
        trace.output(node, features.get().part(from, to));
    }

    /** {@code StridedSlice}: feature map, begin, end, strides. */
    static void stridedSlice(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var cut =
                shape.isEmpty()
                        ? Optional.<StridedCut>empty()
                        : StridedCut.of(node, shape.get().length, trace);
        if (features.isEmpty() || cut.isEmpty()) {
            trace.freezeInputs(node, "cuts in a way that is not understood");
            return;
        }
        var channels = features.get();
        var axis = cut.get().axes().get(channels.axis());
        if (axis.reverses()) {
            trace.output(node, channels.reversed().at(axis.output()));
        } else if (axis.isRange()) {
            trace.output(node, range(node, channels, axis, trace).at(axis.output()));
        } else {
            trace.freezeInputs(node, "picks single channels");
        }
    }

    private static Channels range(
            NodeDef node, Channels channels, StridedCut.Axis axis, ChannelTrace trace) {
        int length = channels.length();
        int from = axis.from(length);
        int to = Math.max(from, axis.to(length));
        if (from > 0) {
            trace.place(node, 1, axis.entry(), channels.part(0, from));
        }
        if (to < length) {
            trace.place(node, 2, axis.entry(), channels.part(0, to));
        }
        return channels.part(from, to);
    }

    /** {@code SplitV}: the feature map, the sizes of the parts, the axis. */
    static void splitBySizes(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var sizes = trace.ints(node, 1);
        var axis = trace.ints(node, 2);
        if (features.isEmpty() || shape.isEmpty() || sizes.isEmpty() || axis.isEmpty()) {
            trace.freezeInputs(node, "splits by computed sizes");
            return;
        }
        var channels = features.get();
        boolean along = fromStart(axis.get()[0], shape.get().length) == channels.axis();
        int named = (int) Arrays.stream(sizes.get()).filter(size -> size > 0).sum();
        int from = 0;
        for (int i = 0; i < sizes.get().length; i++) {
            long size = sizes.get()[i];
            int to = along ? from + (int) (size < 0 ? channels.length() - named : size) : 0;
            var part = along ? channels.part(from, to) : channels;
            if (along) {
                trace.size(node, 1, i, part);
            }
            trace.output(node, i, part);
            from = to;
        }
    }

    /** {@code Pack}: feature maps of one shape along a new axis. */
    static void pack(NodeDef node, ChannelTrace trace) {
        var shape = trace.outputShape(node);
        var inputs =
                IntStream.range(0, node.getInputCount())
                        .mapToObj(slot -> trace.input(node, slot))
                        .toList();
        var first = inputs.get(0);
        if (shape.isEmpty()
                || !inputs.stream()
                        .allMatch(i -> i.isPresent() && i.get().axis() == first.get().axis())) {
            trace.freezeInputs(node, "stacks the channels with what cannot be pruned");
            return;
        }
        inputs.forEach(other -> trace.couple(first.orElseThrow(), other.orElseThrow()));
        int added = fromStart(axis(node), shape.get().length);
        int axis = first.get().axis();
        trace.output(node, first.get().at(added <= axis ? axis + 1 : axis));
    }

    /** {@code Unpack}: the feature map apart along an axis. */
    static void unpack(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        int dropped = shape.isEmpty() ? -1 : fromStart(axis(node), shape.get().length);
        if (features.isEmpty() || shape.isEmpty() || dropped == features.get().axis()) {
            trace.freezeInputs(node, "takes the channels apart");
            return;
        }
        int axis = features.get().axis();
        for (int i = 0; i < shape.get()[dropped]; i++) {
            trace.output(node, i, features.get().at(dropped < axis ? axis - 1 : axis));
        }
    }

    private static long axis(NodeDef node) {
        return node.containsAttr("axis") ? node.getAttrOrThrow("axis").getI() : 0;
    }

    /** {@code Tile}: feature map, then how often along each axis. */
    static void tile(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var times = trace.ints(node, 1);
        var shape = trace.inputShape(node, 0);
        int axis = features.map(Channels::axis).orElse(-1);
        // How often along the other axes does not matter, and may be computed.
        var along =
                axis < 0
                        ? Optional.<Long>empty()
                        : times.map(t -> t[axis]).or(() -> trace.entry(node, 1, axis));
        if (along.isEmpty() || shape.isEmpty()) {
            trace.freezeInputs(node, "repeats a computed number of times");
            return;
        }
        trace.output(node, features.get().flattened(along.get().intValue(), 1));
    }

    /** {@code ReverseV2}: feature map, then the axes that turn round. */
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
                        .anyMatch(axis -> fromStart(axis, rank) == features.get().axis());
        trace.output(node, turned ? features.get().reversed() : features.get());
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
                                                fromStart(axis, shape.get().length)
                                                        == features.get().axis());
        if (elsewhere) {
            trace.output(node, features.get());
        } else {
            trace.freezeInputs(node, "rolls the channels");
        }
    }

    /** {@code GatherV2}: feature map, indices, axis. */
    static void gather(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        var indices = trace.inputShape(node, 1);
        var axis = trace.ints(node, 2);
        boolean batched =
                node.containsAttr("batch_dims") && node.getAttrOrThrow("batch_dims").getI() != 0;
        if (features.isEmpty()
                || shape.isEmpty()
                || indices.isEmpty()
                || axis.isEmpty()
                || batched
                || trace.input(node, 1).isPresent()) {
            trace.freezeInputs(node, "picks by computed positions");
            return;
        }
        int along = fromStart(axis.get()[0], shape.get().length);
        int channelAxis = features.get().axis();
        if (along == channelAxis) {
            trace.freezeInputs(node, "picks some of the channels");
        } else {
            int moved = along < channelAxis ? channelAxis + indices.get().length - 1 : channelAxis;
            trace.output(node, features.get().at(moved));
        }
    }

    /** An axis that may be counted from the end, counted from the start. */
    static int fromStart(long axis, int rank) {
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }
}
