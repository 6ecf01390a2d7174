package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operations;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of layers with weights. */
final class LayerRules {
    private LayerRules() {}

    /** Convolutions: features, then the kernel {@code [..., in, out]}. */
    static void convolution(NodeDef node, ChannelTrace trace) {
        if (!trace.isWeight(node, 1)) {
            trace.freezeInputs(node, "has a computed kernel");
            return;
        }
        if (Attributes.of(node).integer("batch_dims", 1) != 1) {
            trace.freezeInputs(node, "has more than one batch axis");
            return;
        }
        int channelAxis = channelAxis(node, kernelRank(node, trace));
        var in = inputChannels(node, trace);
        var out = outputChannels(node, trace);
        int inputs = channelsRead(node, channelAxis, trace);
        if (inputs < 0) {
            trace.freeze(out, ChannelTrace.describe(node) + " reads an unknown number of channels");
            trace.coupleInput(node, 0, channelAxis, in);
        } else if (inputs != in.length()) {
            group(node, channelAxis, inputs, in, out, trace);
        } else {
            trace.coupleInput(node, 0, channelAxis, in);
        }
        trace.setOutput(node, out.at(channelAxis));
    }

    private static int channelsRead(NodeDef node, int channelAxis, ChannelTrace trace) {
        return trace.inputShape(node, 0)
                .map(shape -> (int) shape[channelAxis])
                .filter(channels -> channels >= 0)
                .or(() -> trace.input(node, 0).map(Channels::length))
                .orElse(-1);
    }

    /**
     * A grouped convolution keeps its groups at equal size: the same channels are removed from
     * each. With one input channel a group, whole groups are removed, as in a depthwise
     * convolution.
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
        read.equalParts(groups).forEach(part -> trace.couple(in, part));
        var made = out.equalParts(groups);
        made.forEach(part -> trace.couple(made.get(0), part));
    }

    /** Transposed convolutions: sizes, kernel {@code [..., out, in]}, then the feature map. */
    static void transposedConvolution(NodeDef node, ChannelTrace trace) {
        if (!trace.isWeight(node, 1)) {
            trace.freezeInputs(node, "has a computed kernel");
            return;
        }
        int channelAxis = channelAxis(node, kernelRank(node, trace));
        var out = outputChannels(node, trace);
        var in = inputChannels(node, trace);
        trace.coupleInput(node, 2, channelAxis, in);
        trace.addSize(node, 0, channelAxis, out);
        trace.setOutput(node, out.at(channelAxis));
    }

    /** Depthwise convolutions: features, then the kernel {@code [H, W, in, multiplier]}. */
    static void depthwise(NodeDef node, ChannelTrace trace) {
        if (!trace.isWeight(node, 1)) {
            trace.freezeInputs(node, "has a computed kernel");
            return;
        }
        int channelAxis = channelAxis(node, 4);
        var each = trace.weight(node, 1, 2, Role.PRODUCES);
        trace.coupleInput(node, 0, channelAxis, each);
        int multiplier = (int) weightShape(node, trace, 1)[3];
        trace.setOutput(node, each.repeated(multiplier).at(channelAxis));
    }

    /** Matrix products: features times a kernel {@code [..., in, out]}. */
    static void dense(NodeDef node, ChannelTrace trace) {
        var features = trace.inputShape(node, 0);
        if (KernelLayout.isTransposed(node, 0) || !trace.isWeight(node, 1) || features.isEmpty()) {
            trace.freezeInputs(node, "has no constant kernel as its right factor");
            return;
        }
        int rank = kernelRank(node, trace);
        var in = inputChannels(node, trace);
        var out = outputChannels(node, trace);
        trace.coupleInput(node, 0, features.get().length - 1, in);
        trace.setOutput(node, out.at(Math.max(rank, features.get().length) - 1));
    }

    /** A bias: features, then one value a channel. */
    static void bias(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        if (features.isEmpty() || !trace.isWeight(node, 1) || shape.isEmpty()) {
            trace.freezeInputs(node, "has a computed bias");
            return;
        }
        int axis = Attributes.of(node).channelsLast() ? shape.get().length - 1 : 1;
        trace.coupleInput(node, 0, axis, trace.weight(node, 1, 0, Role.ACCOMPANIES));
        trace.setOutput(node, features.get());
    }

    /** Batch norm: features, scale, offset, mean, variance. */
    static void batchNorm(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        boolean constant = true;
        for (int slot = 1; slot <= 4; slot++) {
            constant &= trace.isWeight(node, slot);
        }
        // The op's own default is training mode.
        if (features.isEmpty() || !constant || Attributes.of(node).bool("is_training", true)) {
            trace.freezeInputs(node, "normalises by computed statistics");
            return;
        }
        int rank = trace.inputShape(node, 0).map(shape -> shape.length).orElse(4);
        for (int slot = 1; slot <= 4; slot++) {
            var each = trace.weight(node, slot, 0, Role.ACCOMPANIES);
            trace.coupleInput(node, 0, channelAxis(node, rank), each);
        }
        trace.setOutput(node, features.get());
    }

    private static Channels inputChannels(NodeDef node, ChannelTrace trace) {
        var axis = layout(node).inputAxis(node, 1, kernelRank(node, trace));
        return trace.weight(node, 1, axis.orElseThrow(), Role.CONSUMES);
    }

    private static Channels outputChannels(NodeDef node, ChannelTrace trace) {
        var axis = layout(node).outputAxis(node, 1, kernelRank(node, trace));
        return trace.weight(node, 1, axis.orElseThrow(), Role.PRODUCES);
    }

    private static KernelLayout layout(NodeDef node) {
        return Operations.of(node).kernel().orElseThrow();
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
