package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of element-wise operations. */
final class ElementwiseRules {
    private ElementwiseRules() {}

    /** The output has the channels of input 0; the other inputs are parameters. */
    static void unary(NodeDef node, ChannelTrace trace) {
        trace.input(node, 0).ifPresent(channels -> trace.setOutput(node, channels));
        for (int slot = 1; slot < node.getInputCount(); slot++) {
            trace.input(node, slot)
                    .ifPresent(
                            c ->
                                    trace.freeze(
                                            c,
                                            ChannelTrace.describe(node)
                                                    + " reads the channels as a parameter"));
        }
    }

    /** {@code Select}, whose condition may be one of the same shape. */
    static void select(NodeDef node, ChannelTrace trace) {
        var condition = trace.inputShape(node, 0);
        var features = trace.inputShape(node, 1);
        if (condition.isPresent()
                && features.isPresent()
                && condition.get().length == features.get().length) {
            broadcast(node, trace);
        } else {
            trace.freezeInputs(node, "selects by a condition of another shape");
        }
    }

    /** {@code Softmax} and {@code LogSoftmax}, which normalise over the last axis. */
    static void softmax(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0).orElseThrow();
        var shape = trace.inputShape(node, 0);
        boolean overChannels = shape.isEmpty() || features.axis() == shape.get().length - 1;
        // A model output is frozen later, with a reason that tells the user more.
        if (overChannels && !trace.graph().isOutput(node.getName())) {
            trace.freezeInputs(node, "normalises over the channels");
        }
        trace.setOutput(node, features);
    }

    /**
     * Feature maps and constants that broadcast to one shape: residual sums, gates of
     * squeeze-excite, per-channel scales and offsets.
     */
    static void broadcast(NodeDef node, ChannelTrace trace) {
        var shape = trace.outputShape(node);
        if (shape.isEmpty() || !ranksAreKnown(node, trace)) {
            trace.freezeInputs(node, "has inputs of unknown rank");
            return;
        }
        int leading = slotOfWidest(node, trace);
        var channels = trace.input(node, leading).orElseThrow();
        int fromEnd = fromEnd(node, leading, channels, trace);
        for (int slot = 0; slot < node.getInputCount(); slot++) {
            join(node, slot, channels, fromEnd, trace);
        }
        trace.setOutput(node, channels.at(shape.get().length - fromEnd));
    }

    private static void join(
            NodeDef node, int slot, Channels channels, int fromEnd, ChannelTrace trace) {
        var arriving = trace.input(node, slot);
        long size = sizeAlong(node, slot, fromEnd, trace);
        if (arriving.isPresent()) {
            joinFeatures(node, slot, channels, fromEnd, trace);
        } else if (size != 1 && trace.isWeight(node, slot) && size == channels.length()) {
            int axis = rank(node, slot, trace) - fromEnd;
            trace.couple(channels, trace.weight(node, slot, axis, Role.ACCOMPANIES));
        } else if (size != 1) {
            trace.freeze(
                    channels,
                    ChannelTrace.describe(node)
                            + " combines the channels with a tensor that cannot be pruned");
        }
    }

    private static void joinFeatures(
            NodeDef node, int slot, Channels channels, int fromEnd, ChannelTrace trace) {
        var arriving = trace.input(node, slot).orElseThrow();
        boolean aligned = fromEnd(node, slot, arriving, trace) == fromEnd;
        if (aligned && arriving.length() == channels.length()) {
            trace.couple(channels, arriving);
            return;
        }
        trace.freeze(arriving, ChannelTrace.describe(node) + " broadcasts one channel over others");
        // A single channel that broadcasts, such as a spatial attention map, restricts no other.
        if (sizeAlong(node, slot, fromEnd, trace) != 1) {
            trace.freeze(
                    channels,
                    ChannelTrace.describe(node) + " combines the channels with another axis");
        }
    }

    private static boolean ranksAreKnown(NodeDef node, ChannelTrace trace) {
        return IntStream.range(0, node.getInputCount())
                .allMatch(slot -> trace.inputShape(node, slot).isPresent());
    }

    private static int slotOfWidest(NodeDef node, ChannelTrace trace) {
        return IntStream.range(0, node.getInputCount())
                .filter(slot -> trace.input(node, slot).isPresent())
                .boxed()
                .max(Comparator.comparing(slot -> trace.input(node, slot).get().length()))
                .orElseThrow();
    }

    /** Distance of the channel axis from the end of the shape, where broadcasting aligns. */
    private static int fromEnd(NodeDef node, int slot, Channels channels, ChannelTrace trace) {
        return rank(node, slot, trace) - channels.axis();
    }

    private static int rank(NodeDef node, int slot, ChannelTrace trace) {
        return trace.inputShape(node, slot).orElseThrow().length;
    }

    /** Size of an input along the channel axis; 1 where it has no such axis, -1 when unknown. */
    private static long sizeAlong(NodeDef node, int slot, int fromEnd, ChannelTrace trace) {
        var shape = trace.inputShape(node, slot).orElseThrow();
        return shape.length < fromEnd ? 1 : shape[shape.length - fromEnd];
    }
}
