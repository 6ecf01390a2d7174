package io.pitlane.formats.onnx;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/**
 * A float32 constant that a node reads, as it is or through a fake quantization.
 *
 * @param name of the Const
 * @param values its values
 * @param quantization how the node's input is quantized; null where it reads the constant itself
 */
record WeightConstant(String name, FloatTensor values, Quantization quantization) {

    /** The constant behind a tensor; empty where the graph computes it. */
    static Optional<WeightConstant> of(FlatGraph graph, TensorRef tensor) {
        var node = graph.node(tensor.node());
        if (FloatTensor.isFloatConst(node)) {
            return Optional.of(new WeightConstant(node.getName(), FloatTensor.of(node), null));
        }
        return FakeQuantization.of(graph, node)
                .filter(quantization -> FloatTensor.isFloatConst(graph.input(node, 0)))
                .map(
                        quantization -> {
                            var constant = graph.input(node, 0);
                            return new WeightConstant(
                                    constant.getName(), FloatTensor.of(constant), quantization);
                        });
    }

    boolean isQuantized() {
        return quantization != null;
    }

    /** The integers of quantized values, as floats. */
    FloatTensor integers() {
        var integers = new float[values.values().length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = quantization.quantize(values.values()[i], channel(i));
        }
        return new FloatTensor(integers, values.shape());
    }

    /** The channel of a value in row-major order. */
    private int channel(int index) {
        int inner = 1;
        for (int axis = quantization.axis() + 1; axis < values.rank(); axis++) {
            inner *= (int) values.shape()[axis];
        }
        return quantization.isPerChannel() ? index / inner % quantization.limits().length : 0;
    }
}
