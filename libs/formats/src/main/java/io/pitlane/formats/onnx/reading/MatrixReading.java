package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Gemm, MatMul and Einsum. */
final class MatrixReading {
    private static final AxisOrder TRANSPOSED = AxisOrder.of(1, 0);

    private MatrixReading() {}

    /** Gemm: {@code alpha * A * B + beta * C}, each of A and B transposed where it says so. */
    static void gemm(OnnxNode node) {
        node.require(node.rank(0) == 2 && node.rank(1) == 2, "its operands are not matrices");
        boolean transposesA = node.integer("transA", 0) != 0;
        boolean transposesB = node.integer("transB", 0) != 0;
        var flattened = node.input(0).flattened();
        var product =
                flattened != null && !transposesA && isFloat(node, 1)
                        ? ofImages(node, flattened, transposesB)
                        : node.write("MatMul")
                                .input(node.unchanged(0))
                                .input(
                                        node.inOrder(
                                                1,
                                                transposesB ? TRANSPOSED : AxisOrder.unchanged(2)))
                                .attribute("transpose_a", transposesA)
                                .add();
        var scaled = scaled(node, product, node.number("alpha", 1));
        node.result(withBias(node, scaled), AxisOrder.unchanged(2));
    }

    private static Output<?> scaled(OnnxNode node, Output<?> tensor, float factor) {
        return factor == 1
                ? tensor
                : node.step("Mul").input(tensor).input(node.scalar(factor)).add();
    }

    private static Output<?> withBias(OnnxNode node, Output<?> product) {
        float beta = node.number("beta", 1);
        if (!node.hasInput(2) || beta == 0) {
            return product;
        }
        var bias = scaled(node, node.operand(2, AxisOrder.unchanged(2)), beta);
        boolean isVector =
                bias.shape().numDimensions() == 1 && bias.shape().get(0) == product.shape().get(1);
        return node.step(isVector ? "BiasAdd" : "AddV2").input(product).input(bias).add();
    }

    private static boolean isFloat(OnnxNode node, int slot) {
        return node.isConstant(slot) && node.type(slot) == DataType.DT_FLOAT;
    }

    /**
     * A product of flattened images and a constant: the images stay channels last, and the rows of
     * the constant are rearranged.
     */
    private static Output<?> ofImages(
            OnnxNode node, ReadTensor.FlattenedImages images, boolean transposed) {
        var weights = node.floats(1, "kernel");
        var matrix = transposed ? TRANSPOSED.arranged(weights) : weights;
        var sizes = images.sizes();
        long rows = matrix.shape()[0];
        long columns = matrix.shape()[1];
        node.require(
                sizes[0] * sizes[1] * sizes[2] == rows,
                "its kernel has %d rows for %s images".formatted(rows, Arrays.toString(sizes)));
        var byPlace = new FloatTensor(matrix.values(), sizes[0], sizes[1], sizes[2], columns);
        var arranged = AxisOrder.of(1, 2, 0, 3).arranged(byPlace);
        var flat = node.step("Reshape").input(images.images()).input(node.vector(-1, rows)).add();
        var kernel = node.constant(new FloatTensor(arranged.values(), rows, columns));
        var quantization = node.input(1).quantization();
        if (quantization != null) {
            kernel = node.quantized(kernel, ofMatrix(node, quantization, transposed));
        }
        return node.write("MatMul").input(flat).input(kernel).add();
    }

    /** The quantization of a kernel's columns, which are its channels. */
    private static Quantization ofMatrix(
            OnnxNode node, Quantization quantization, boolean transposed) {
        if (!quantization.isPerChannel()) {
            return quantization;
        }
        node.require(
                quantization.axis() == (transposed ? 0 : 1),
                "its kernel has a scale for each input");
        return Quantization.perChannel(quantization.limits(), 1);
    }

    /** MatMul: of matrices, or of stacks of them that are broadcast. */
    static void matMul(OnnxNode node) {
        int left = node.rank(0);
        int right = node.rank(1);
        node.require(left >= 2 && right >= 2, "one of its operands is a vector");
        var flattened = node.input(0).flattened();
        if (left == 2 && right == 2) {
            node.result(
                    flattened != null && isFloat(node, 1)
                            ? ofImages(node, flattened, false)
                            : node.write("MatMul")
                                    .input(node.unchanged(0))
                                    .input(node.unchanged(1))
                                    .add(),
                    AxisOrder.unchanged(2));
            return;
        }
        node.result(
                node.write("BatchMatMulV2").input(node.unchanged(0)).input(node.unchanged(1)).add(),
                AxisOrder.unchanged(Math.max(left, right)));
    }

    /** Einsum: both formats write the equation alike. */
    static void einsum(OnnxNode node) {
        var equation = node.string("equation", "").replace(" ", "");
        node.require(
                equation.contains("->") && !equation.contains("."),
                "its equation is '" + equation + "'");
        var operands =
                IntStream.range(0, node.inputs()).<Output<?>>mapToObj(node::unchanged).toList();
        int rank = equation.length() - equation.indexOf("->") - 2;
        node.result(
                node.write("Einsum").inputs(operands).attribute("equation", equation).add(),
                AxisOrder.unchanged(rank));
    }
}
