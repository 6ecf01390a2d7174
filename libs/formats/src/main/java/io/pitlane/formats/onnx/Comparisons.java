package io.pitlane.formats.onnx;

/** Comparisons of two tensors, logic on their results, and the choice between two tensors. */
final class Comparisons {
    private Comparisons() {}

    /** NotEqual. */
    static void notEqual(OpNode node) {
        var order = node.commonOrder(0, 1);
        var equal = node.step("Equal").input(node.operand(0, order)).input(node.operand(1, order));
        node.result(node.write("Not").input(equal.add()).add(), order);
    }

    /**
     * Select: its condition has the shape of the two values, or is a single one. SelectV2
     * broadcasts.
     */
    static void select(OpNode node) {
        if (node.rank(0) != node.rank(1) && node.rank(0) != 0) {
            throw node.unsupported("its condition is one for each image");
        }
        Elementwise.broadcasting("Where").convert(node);
    }

    /** FloorMod: the remainder has the sign of the divisor. */
    static void floorMod(OpNode node) {
        var order = node.commonOrder(0, 1);
        var x = node.operand(0, order);
        var divisor = node.operand(1, order);
        if (node.isFloat()) {
            var quotient = node.step("Div").input(x).input(divisor).add();
            var whole = node.step("Floor").input(quotient).add();
            var multiple = node.step("Mul").input(whole).input(divisor).add();
            node.result(node.write("Sub").input(x).input(multiple).add(), order);
        } else {
            node.result(node.write("Mod").input(x).input(divisor).add(), order);
        }
    }
}
