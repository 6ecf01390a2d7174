package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.Attributes;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/** Transfer rules of operations that split a feature map. */
final class SplitRules {
    private SplitRules() {}

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
                Axes.fromStart(axis.get()[0], shape.get().length) == features.get().axis();
        var outputs = alongChannels ? features.get().equalParts(parts) : List.of(features.get());
        for (int i = 0; i < parts; i++) {
            var part = outputs.get(i % outputs.size());
            // The parts must stay equal in length: the same positions are removed from each.
            trace.couple(outputs.get(0), part);
            trace.setOutput(node, i, part);
        }
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
        boolean along = Axes.fromStart(axis.get()[0], shape.get().length) == channels.axis();
        int named = (int) Arrays.stream(sizes.get()).filter(size -> size > 0).sum();
        int from = 0;
        for (int i = 0; i < sizes.get().length; i++) {
            long size = sizes.get()[i];
            int to = along ? from + (int) (size < 0 ? channels.length() - named : size) : 0;
            var part = along ? channels.part(from, to) : channels;
            if (along) {
                trace.addSize(node, 1, i, part);
            }
            trace.setOutput(node, i, part);
            from = to;
        }
    }

    /** {@code Unpack}: the feature map, unstacked along an axis. */
    static void unpack(NodeDef node, ChannelTrace trace) {
        var features = trace.input(node, 0);
        var shape = trace.inputShape(node, 0);
        int dropped =
                shape.isEmpty()
                        ? -1
                        : Axes.fromStart(
                                Attributes.of(node).integer("axis", 0), shape.get().length);
        if (features.isEmpty() || shape.isEmpty() || dropped == features.get().axis()) {
            trace.freezeInputs(node, "unstacks the channels");
            return;
        }
        int axis = features.get().axis();
        for (int i = 0; i < shape.get()[dropped]; i++) {
            trace.setOutput(node, i, features.get().at(dropped < axis ? axis - 1 : axis));
        }
    }
}
