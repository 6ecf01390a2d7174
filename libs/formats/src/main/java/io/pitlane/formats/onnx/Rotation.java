package io.pitlane.formats.onnx;

import java.util.Arrays;

/** Operations that reverse or rotate the elements along axes. */
final class Rotation {
    private static final long TO_THE_START = Long.MIN_VALUE;
    private static final long TO_THE_END = Long.MAX_VALUE;

    private Rotation() {}

    /** ReverseV2. */
    static void reverse(OpNode node) {
        var x = node.tensor(0);
        var axes =
                Arrays.stream(node.ints(1, "list of axes"))
                        .map(axis -> x.order().position(OpNode.axis(axis, x.order().rank())))
                        .toArray();
        if (axes.length == 0) {
            Elementwise.identity(node);
            return;
        }
        var reversed =
                node.write("Slice")
                        .input(x.name())
                        .input(node.vector("starts", filled(axes.length, -1)))
                        .input(node.vector("ends", filled(axes.length, TO_THE_START)))
                        .input(node.vector("axes", axes))
                        .input(node.vector("steps", filled(axes.length, -1)));
        node.result(reversed.add(), x.order());
    }

    private static long[] filled(int length, long value) {
        var values = new long[length];
        Arrays.fill(values, value);
        return values;
    }

    /** Roll: what is shifted out at one end comes in at the other, axis by axis. */
    static void roll(OpNode node) {
        var x = node.tensor(0);
        var shifts = node.ints(1, "shift");
        var axes = node.ints(2, "axis");
        var tensor = x.name();
        for (int i = 0; i < axes.length; i++) {
            int axis = OpNode.axis(axes[i], x.order().rank());
            long length = node.shape(0).isUnknown() ? -1 : node.shape(0).get(axis);
            if (length < 0) {
                throw node.unsupported("the length of the axis that it rolls is not fixed");
            }
            long split = Math.floorMod(-shifts[i], length);
            int position = x.order().position(axis);
            tensor =
                    node.step("Concat")
                            .input(part(node, tensor, position, split, TO_THE_END))
                            .input(part(node, tensor, position, 0, split))
                            .attribute("axis", position)
                            .add();
        }
        node.result(tensor, x.order());
    }

    private static String part(OpNode node, String tensor, int axis, long start, long end) {
        return node.step("Slice")
                .input(tensor)
                .input(node.vector("starts", start))
                .input(node.vector("ends", end))
                .input(node.vector("axes", axis))
                .add();
    }
}
