package io.pitlane.model.channels;

import io.pitlane.model.channels.WeightSlice.Role;
import io.pitlane.model.graph.Attributes;
import org.tensorflow.proto.NodeDef;

/** What layers with weights do with channels. */
final class LayerRules {
    private LayerRules() {}

    /** {@code Conv2D} and {@code Conv3D}: kernel {@code [..., in, out]}. */
    static void convolution(NodeDef node, ChannelTrace trace) {
        if (!trace.isWeight(node, 1)) {
            trace.freezeInputs(node, "has a computed kernel");
            return;
        }
        int rank = kernelRank(node, trace);
        int channelAxis = channelAxis(node, rank);
        var in = trace.weight(node, 1, rank - 2, Role.CONSUMES);
        var out = trace.weight(node, 1, rank - 1, Role.PRODUCES);
        int inputs = inputChannels(node, channelAxis, trace);
        if (inputs < 0) {
            trace.freeze(out, ChannelTrace.describe(node) + " reads an unknown number of channels");
            trace.coupleInput(node, 0, channelAxis, in);
        } else if (inputs != in.length()) {
            group(node, channelAxis, inputs, in, out, trace);
        } else {
            trace.coupleInput(node, 0, channelAxis, in);
        }
        trace.output(node, out.at(channelAxis));
    }

    private static int inputChannels(NodeDef node, int channelAxis, ChannelTrace trace) {
        return trace.inputShape(node, 0)
                .map(shape -> (int) shape[channelAxis])
                .filter(channels -> channels >= 0)
                .or(() -> trace.input(node, 0).map(Channels::length))
                .orElse(-1);
    }

    /**
     * A grouped convolution keeps its groups, and all of them equal: the same channels leave each.
     * One that reads a single channel a group loses whole groups, as a depthwise one does.
     */
    private static void group(
            NodeDef node,
            int channelAxis,
            int inputs,
            Channels in,
            Channels out,
            ChannelTrace trace) {
        var read =
                trace.input(node, 0)
                        .filter(c -> c.axis() == channelAxis)
                        .orElseGet(() -> trace.fixed(channelAxis, inputs));
        int groups = inputs / in.length();
        if (in.length() == 1) {
            trace.couple(read.repeated(out.length() / groups), out);
            return;
        }
        JoinRules.equalParts(read, groups).forEach(part -> trace.couple(in, part));
        var made = JoinRules.equalParts(out, groups);
        made.forEach(part -> trace.couple(made.get(0), part));
    }

    /**
     * {@code Conv2DBackpropInput} and of 3-D: sizes, kernel {@code [H, W, out, in]}, then the
     * feature map.
     */
    static void transposedConvolution(NodeDef node, ChannelTrace trace) {
        if (!trace.isWeight(node, 1)) {
            trace.freezeInputs(node, "has a computed kernel");
            return;
        }
        int rank = kernelRank(node, trace);
        int channelAxis = channelAxis(node, rank);
        var out = trace.weight(node, 1, rank - 2, Role.PRODUCES);
        var in = trace.weight(node, 1, rank - 1, Role.CONSUMES);
        trace.coupleInput(node, 2, channelAxis, in);
        trace.size(node, 0, channelAxis, out);
        trace.output(node, out.at(channelAxis));
    }

    /** {@code DepthwiseConv2dNative}: kernel {@code [H, W, in, multiplier]}. */
    static void depthwise(NodeDef node, ChannelTrace trace) {
        if (!trace.isWeight(node, 1)) {
            trace.freezeInputs(node, "has a computed kernel");
            return;
        }
        int channelAxis = channelAxis(node, 4);
        var each = trace.weight(node, 1, 2, Role.PRODUCES);
        trace.coupleInput(node, 0, channelAxis, each);
        int multiplier = (int) weightShape(node, trace, 1)[3];
        trace.output(node, each.repeated(multiplier).at(channelAxis));
    }

    /** {@code MatMul} and {@code BatchMatMul*}: features times a kernel {@code [in, out]}. */
    static void dense(NodeDef node, ChannelTrace trace) {
        var attributes = Attributes.of(node);
        boolean plain = !attributes.bool("transpose_a", false) && !attributes.bool("adj_x", false);
        var features = trace.inputShape(node, 0);
        if (!plain || !trace.isWeight(node, 1) || features.isEmpty()) {
            trace.freezeInputs(node, "is no product of features and a constant kernel");
            return;
        }
        boolean transposed =
                attributes.bool("transpose_b", false) || attributes.bool("adj_y", false);
        int rank = kernelRank(node, trace);
        var in = trace.weight(node, 1, transposed ? rank - 1 : rank - 2, Role.CONSUMES);
        var out = trace.weight(node, 1, transposed ? rank - 2 : rank - 1, Role.PRODUCES);
        trace.coupleInput(node, 0, features.get().length - 1, in);
        trace.output(node, out.at(Math.max(rank, features.get().length) - 1));
    }

    /** {@code BiasAdd}. */
    static void bias(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        if (features.isEmpty() || !trace.isWeight(node, 1) || shape.isEmpty()) {
            trace.freezeInputs(node, "has a computed bias");
            return;
        }
        int axis = Attributes.of(node).channelsLast() ? shape.get().length - 1 : 1;
        trace.coupleInput(node, 0, axis, trace.weight(node, 1, 0, Role.ACCOMPANIES));
        trace.output(node, features.get());
    }

    /** {@code FusedBatchNorm*}: features, scale, offset, mean, variance. */
    static void batchNorm(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        boolean constant = true;
        for (int slot = 1; slot <= 4; slot++) {
            constant &= trace.isWeight(node, slot);
        }
        // The op's own default is training mode.
        if (features.isEmpty() || !constant || Attributes.of(node).bool("is_training", true)) {
            trace.freezeInputs(node, "does not normalise by constants");
            return;
        }
        int rank = trace.inputShape(node, 0).map(shape -> shape.length).orElse(4);
        for (int slot = 1; slot <= 4; slot++) {
            var each = trace.weight(node, slot, 0, Role.ACCOMPANIES);
            trace.coupleInput(node, 0, channelAxis(node, rank), each);
        }
        trace.output(node, features.get());
    }

    private static int kernelRank(NodeDef node, ChannelTrace trace) {
        return weightShape(node, trace, 1).length;
    }

    private static long[] weightShape(NodeDef node, ChannelTrace trace, int slot) {
        return trace.inputShape(node, slot).orElseThrow();
    }

    private static int channelAxis(NodeDef node, int rank) {
        return Attributes.of(node).channelsLast() ? rank - 1 : 1;
    }
}
