package io.pitlane.formats.onnx;

/** Dense layers and other products of matrices. */
final class MatrixProducts {
    private MatrixProducts() {}

    /** MatMul, whose bias becomes an input of the ONNX node. */
    static void matMul(OpNode node) {
        if (node.weight(1).isPresent()) {
            dense(node);
            return;
        }
        var product = node.write("Gemm").input(node.unchanged(0)).input(node.unchanged(1));
        node.absorbBias().ifPresent(bias -> product.input(node.constant("bias", bias)));
        product.attribute("transA", node.transposes(0) ? 1 : 0)
                .attribute("transB", node.transposes(1) ? 1 : 0);
        node.result(product.add(), AxisOrder.unchanged(2));
    }

    /** The product with a constant kernel, which is written as {@code [in, out]}. */
    private static void dense(OpNode node) {
        var weights = LayerWeights.of(node, 0, 1);
        var order = node.transposes(1) ? AxisOrder.ofTransposedMatrices(2) : AxisOrder.unchanged(2);
        var product = node.write("Gemm").input(node.unchanged(0)).input(weights.kernel(order, 1));
        weights.bias().ifPresent(product::input);
        product.attribute("transA", node.transposes(0) ? 1 : 0);
        node.result(product.add(), AxisOrder.unchanged(2));
    }

    /** BatchMatMul and its successors, of matrices along the last two axes. */
    static void batchMatMul(OpNode node) {
        var product = node.write("MatMul");
        for (int slot = 0; slot < 2; slot++) {
            int rank = node.rank(slot);
            product.input(
                    node.inOrder(
                            slot,
                            node.transposes(slot)
                                    ? AxisOrder.ofTransposedMatrices(rank)
                                    : AxisOrder.unchanged(rank)));
        }
        int rank = Math.max(node.rank(0), node.rank(1));
        node.result(product.add(), AxisOrder.unchanged(rank));
    }

    /** Einsum, whose equation is the same in ONNX. */
    static void einsum(OpNode node) {
        var equation = node.attributes().string("equation", "");
        var sum = node.write("Einsum");
        for (int slot = 0; slot < node.inputs(); slot++) {
            sum.input(node.unchanged(slot));
        }
        var result = node.resultShape();
        if (result.isUnknown()) {
            throw node.unsupported("the rank of its result is not known");
        }
        node.result(
                sum.attribute("equation", equation).add(),
                AxisOrder.unchanged(result.numDimensions()));
    }
}
