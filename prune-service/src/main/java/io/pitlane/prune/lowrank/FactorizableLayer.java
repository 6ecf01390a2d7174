package io.pitlane.prune.lowrank;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * A convolution or dense layer that can be replaced by factors.
 *
 * @param node of the operation Conv2D, channels last and in one group, or MatMul
 * @param constant its kernel in the graph
 * @param kernel {@code [height, width, inputs, outputs]}, of a dense layer {@code [1, 1, inputs,
 *     outputs]}
 */
record FactorizableLayer(NodeDef node, NodeDef constant, FloatTensor kernel) {

    /**
     * Why a layer cannot be replaced; empty where it can.
     *
     * @param layer a node with multiply-accumulates
     */
    static Optional<String> obstacle(FlatGraph graph, InferredShapes shapes, NodeDef layer) {
        boolean isConvolution = layer.getOp().equals("Conv2D");
        if (!isConvolution && !layer.getOp().equals("MatMul")) {
            return Optional.of(
                    Operations.of(layer).isDepthwise()
                            ? "a depthwise convolution does not combine channels"
                            : "low-rank does not support " + layer.getOp());
        }
        var constant = graph.input(layer, 1);
        if (!FloatTensor.isFloatConst(constant)) {
            return Optional.of("its kernel is no float32 constant");
        }
        if (graph.uses(constant.getName()).size() > 1) {
            return Optional.of("it shares its kernel with another layer");
        }
        if (!isConvolution) {
            return KernelLayout.isTransposed(layer, 0)
                    ? Optional.of("its input is transposed")
                    : Optional.empty();
        }
        if (!Attributes.of(layer).channelsLast()) {
            return Optional.of("its channels are not the last axis");
        }
        var input = shapes.of(TensorRef.parse(layer.getInput(0)));
        long channels = FloatTensor.of(constant).shape()[2];
        return input.isUnknown() || input.get(3) != channels
                ? Optional.of("it is grouped, or the number of its input channels is not known")
                : Optional.empty();
    }

    /** A layer without {@link #obstacle}. */
    static FactorizableLayer of(FlatGraph graph, NodeDef layer) {
        var constant = graph.input(layer, 1);
        var kernel = FloatTensor.of(constant);
        if (layer.getOp().equals("Conv2D")) {
            return new FactorizableLayer(layer, constant, kernel);
        }
        int rows = (int) kernel.shape()[0];
        int columns = (int) kernel.shape()[1];
        var matrix = Matrix.of(kernel, rows, columns);
        if (KernelLayout.isTransposed(layer, 1)) {
            matrix = matrix.transposed();
        }
        return new FactorizableLayer(
                layer, constant, matrix.toTensor(1, 1, matrix.rows(), matrix.columns()));
    }

    String name() {
        return node.getName();
    }

    boolean isConvolution() {
        return node.getOp().equals("Conv2D");
    }

    int height() {
        return (int) kernel.shape()[0];
    }

    int width() {
        return (int) kernel.shape()[1];
    }

    int inputs() {
        return (int) kernel.shape()[2];
    }

    int outputs() {
        return (int) kernel.shape()[3];
    }

    /** Number of values that one output position depends on. */
    int patch() {
        return height() * width() * inputs();
    }

    /** The kernel as a matrix {@code [height * width * inputs, outputs]}. */
    Matrix weights() {
        return Matrix.of(kernel, patch(), outputs());
    }

    FactorShape shape() {
        return FactorShape.full(height(), width(), inputs(), outputs());
    }
}
