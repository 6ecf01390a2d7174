package io.pitlane.formats.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Operations that join tensors, and those that take one apart. */
final class Joining {
    private Joining() {}

    /** ConcatV2: its last input is the axis. */
    static void concat(OpNode node) {
        int parts = node.inputs() - 1;
        var order = node.commonOrder(0, parts - 1);
        var joined = node.write("Concat");
        for (int slot = 0; slot < parts; slot++) {
            joined.input(node.inOrder(slot, order));
        }
        long axis = order.position(node.axis(parts, order.rank()));
        node.result(joined.attribute("axis", axis).add(), order);
    }

    /** Pack: joins along a new axis. */
    static void pack(OpNode node) {
        var order = node.commonOrder(0, node.inputs() - 1);
        int axis = OpNode.axis(node.attributes().integer("axis", 0), order.rank() + 1);
        var longer = order.with(axis);
        var joined = node.write("Concat");
        var axes = node.vector("axes", longer.position(axis));
        for (int slot = 0; slot < node.inputs(); slot++) {
            joined.input(node.step("Unsqueeze").input(node.inOrder(slot, order)).input(axes).add());
        }
        node.result(joined.attribute("axis", longer.position(axis)).add(), longer);
    }

    /** Unpack: the parts along an axis, without it. */
    static void unpack(OpNode node) {
        var x = node.tensor(0);
        int axis = OpNode.axis(node.attributes().integer("axis", 0), x.order().rank());
        int count = (int) node.attributes().integer("num", 0);
        var order = x.order().without(Set.of(axis));
        var parts =
                node.step("Split")
                        .input(x.name())
                        .attribute("axis", x.order().position(axis))
                        .add(count);
        var axes = node.vector("axes", x.order().position(axis));
        for (int i = 0; i < count; i++) {
            var part = node.step("Squeeze").input(parts.get(i)).input(axes).add();
            node.result(i, part, order);
        }
    }

    /** Split into equal parts: its first input is the axis. */
    static void split(OpNode node) {
        var x = node.tensor(1);
        int axis = node.axis(0, x.order().rank());
        var parts =
                node.write("Split")
                        .input(x.name())
                        .attribute("axis", x.order().position(axis))
                        .add((int) node.attributes().integer("num_split", 1));
        bind(node, parts, x.order());
    }

    /** SplitV: into parts of given sizes, one of which may be left open. */
    static void splitV(OpNode node) {
        var x = node.tensor(0);
        int axis = node.axis(2, x.order().rank());
        var sizes = node.ints(1, "list of sizes").clone();
        long given = Arrays.stream(sizes).filter(size -> size >= 0).sum();
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] < 0) {
                long whole = node.shape(0).get(axis);
                if (whole < 0) {
                    throw node.unsupported("the size of one of its parts is not fixed");
                }
                sizes[i] = whole - given;
            }
        }
        var parts =
                node.write("Split")
                        .input(x.name())
                        .input(node.vector("sizes", sizes))
                        .attribute("axis", x.order().position(axis))
                        .add(sizes.length);
        bind(node, parts, x.order());
    }

    private static void bind(OpNode node, List<String> parts, AxisOrder order) {
        for (int i = 0; i < parts.size(); i++) {
            node.result(i, parts.get(i), order);
        }
    }
}
