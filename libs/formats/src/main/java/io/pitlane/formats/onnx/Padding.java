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

    /** MirrorPad of mode REFLECT. */
    static void mirror(OpNode node) {
        if (!node.attributes().string("mode", "").equals("REFLECT")) {
            throw node.unsupported("opset 13 has no padding of mode SYMMETRIC");
        }
        node.result(begin(node).attribute("mode", "reflect").add(), node.tensor(0).order());
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
