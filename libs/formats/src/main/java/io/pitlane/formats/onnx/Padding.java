package io.pitlane.formats.onnx;

/** Pad, PadV2 and MirrorPad by constant amounts. */
final class Padding {
    private Padding() {}

    /** Pad: with zeros. PadV2: with its third input. */
    static void constant(OpNode node) {
        var pad = begin(node);
        if (node.inputs() > 2) {
            pad.input(node.unchanged(2));
        }
        node.result(pad.add(), node.tensor(0).order());
    }

    /** MirrorPad: with REFLECT the outermost element is not repeated, with SYMMETRIC it is. */
    static void mirror(OpNode node) {
        if (node.attributes().string("mode", "").equals("REFLECT")) {
            node.result(begin(node).attribute("mode", "reflect").add(), node.tensor(0).order());
        } else {
            symmetric(node);
        }
    }

    /** Opset 13 has no such padding: every axis is joined with reversed parts of itself. */
    private static void symmetric(OpNode node) {
        var x = node.tensor(0);
        var paddings = node.ints(1, "padding");
        var tensor = x.name();
        for (int axis = 0; axis < x.order().rank(); axis++) {
            long before = paddings[2 * axis];
            long after = paddings[2 * axis + 1];
            if (before + after > 0) {
                long position = x.order().position(axis);
                var joined = node.step("Concat");
                if (before > 0) {
                    joined.input(reversed(node, tensor, position, before - 1, Long.MIN_VALUE));
                }
                joined.input(tensor);
                if (after > 0) {
                    joined.input(reversed(node, tensor, position, -1, -after - 1));
                }
                tensor = joined.attribute("axis", position).add();
            }
        }
        node.result(tensor, x.order());
    }

    private static String reversed(OpNode node, String tensor, long axis, long from, long to) {
        return node.step("Slice")
                .input(tensor)
                .input(node.vector("starts", from))
                .input(node.vector("ends", to))
                .input(node.vector("axes", axis))
                .input(node.vector("steps", -1))
                .add();
    }

    private static NodeWriter begin(OpNode node) {
        var x = node.tensor(0);
        var paddings = node.ints(1, "padding");
        int rank = x.order().rank();
        var before = new long[rank];
        var after = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            before[axis] = paddings[2 * axis];
            after[axis] = paddings[2 * axis + 1];
        }
        var pads = new long[2 * rank];
        System.arraycopy(x.order().arranged(before), 0, pads, 0, rank);
        System.arraycopy(x.order().arranged(after), 0, pads, rank, rank);
        return node.write("Pad").input(x.name()).input(node.vector("pads", pads));
    }
}
