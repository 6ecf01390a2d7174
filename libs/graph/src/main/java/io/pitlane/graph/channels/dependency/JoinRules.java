package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.Attributes;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of operations that join feature maps. */
final class JoinRules {
    private JoinRules() {}

    /** {@code ConcatV2}: feature maps, then the axis. */
    static void concat(NodeDef node, ChannelTrace trace) {
        int features = node.getInputCount() - 1;
        var shape = trace.outputShape(node);
        var axis = trace.ints(node, features);
        if (axis.isEmpty() || shape.isEmpty()) {
            trace.freezeInputs(node, "concatenates along a computed axis");
            return;
        }
        int joined = Axes.fromStart(axis.get()[0], shape.get().length);
        var channelAxis = commonAxis(node, features, trace);
        if (channelAxis.isEmpty()) {
            trace.freezeInputs(node, "concatenates channels along different axes");
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
                trace.freezeInputs(node, "concatenates an unknown number of channels");
                return;
            }
            parts.add(part.get());
        }
        trace.setOutput(node, parts.stream().reduce(Channels::followedBy).orElseThrow());
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
            trace.freezeInputs(
                    node, "concatenates the channels with a tensor that cannot be pruned");
            return;
        }
        var first = inputs.get(0).orElseThrow();
        inputs.forEach(other -> trace.couple(first, other.orElseThrow()));
        trace.setOutput(node, first.at(axis));
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
            trace.freezeInputs(node, "stacks the channels with a tensor that cannot be pruned");
            return;
        }
        inputs.forEach(other -> trace.couple(first.orElseThrow(), other.orElseThrow()));
        int added = Axes.fromStart(Attributes.of(node).integer("axis", 0), shape.get().length);
        int axis = first.get().axis();
        trace.setOutput(node, first.get().at(added <= axis ? axis + 1 : axis));
    }
}
