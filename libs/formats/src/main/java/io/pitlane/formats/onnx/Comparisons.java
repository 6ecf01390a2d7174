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
            node.result(floorMod(node, x, divisor), order);
        } else {
            node.result(node.write("Mod").input(x).input(divisor).add(), order);
        }
    }

    /** Of floats ONNX has the remainder with the sign of the dividend only. */
    private static String floorMod(OpNode node, String x, String divisor) {
        var rest = remainder(node, x, divisor);
        var shifted = node.step("Add").input(rest).input(divisor).add();
        var sameSign =
                node.step("Equal")
                        .input(isNegative(node, x))
                        .input(isNegative(node, divisor))
                        .add();
        return node.write("Where")
                .input(sameSign)
                .input(rest)
                .input(remainder(node, shifted, divisor))
                .add();
    }

    private static String remainder(OpNode node, String x, String divisor) {
        return node.step("Mod").input(x).input(divisor).attribute("fmod", 1).add();
    }

    private static String isNegative(OpNode node, String x) {
        return node.step("Less").input(x).input(node.scalar("zero", 0)).add();
    }
}
