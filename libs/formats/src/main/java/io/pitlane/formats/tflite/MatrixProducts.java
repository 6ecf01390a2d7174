package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import org.tensorflow.lite.schema.BatchMatMulOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.FullyConnectedOptionsT;

/** Dense layers and other products of matrices. */
final class MatrixProducts {
    private static final int INT8_PER_CHANNEL = 12;

    private MatrixProducts() {}

    /** MatMul: a dense layer where the second factor is constant. */
    static void matMul(OpNode node) {
        if (!node.isConstant(1) || node.isConstant(0) || node.transposes(0)) {
            batchMatMul(node);
            return;
        }
        var values = node.floats(1, "kernel");
        var layer = FusedLayer.of(node, 0, kernel(node, values));
        var options = new FullyConnectedOptionsT();
        options.setFusedActivationFunction(layer.activation());
        layer.result(
                node.operator(BuiltinOperator.FULLY_CONNECTED)
                        .version(layer.isInteger() ? INT8_PER_CHANNEL : 1)
                        .input(layer.input())
                        .input(layer.weights())
                        .input(layer.bias())
                        .options(BuiltinOptions.FullyConnectedOptions, options));
    }

    private static Kernel kernel(OpNode node, FloatTensor values) {
        return node.transposes(1)
                ? Kernel.outputsBeforeLast(values, node.quantization(1))
                : Kernel.outputsLast(values, node.quantization(1));
    }

    /** BatchMatMul and its successors, of matrices along the last two axes. */
    static void batchMatMul(OpNode node) {
        var options = new BatchMatMulOptionsT();
        options.setAdjX(node.transposes(0));
        options.setAdjY(node.transposes(1));
        node.result(
                node.operator(BuiltinOperator.BATCH_MATMUL)
                        .inputs(node.tensors(0, 1))
                        .options(BuiltinOptions.BatchMatMulOptions, options));
    }
}
