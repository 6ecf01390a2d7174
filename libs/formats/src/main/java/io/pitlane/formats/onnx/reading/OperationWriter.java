package io.pitlane.formats.onnx.reading;

import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Adds one node to the TensorFlow graph; types of elements follow from the inputs.
 *
 * <pre>{@code
 * var sum = graph.operation("AddV2", "sum").input(left).input(right).add();
 * }</pre>
 */
final class OperationWriter {
    private final GraphOperationBuilder builder;

    OperationWriter(GraphOperationBuilder builder) {
        this.builder = builder;
    }

    OperationWriter input(Output<?> tensor) {
        builder.addInput(tensor);
        return this;
    }

    /** One input that is a list of tensors. */
    OperationWriter inputs(List<Output<?>> tensors) {
        builder.addInputList(tensors.toArray(Output<?>[]::new));
        return this;
    }

    OperationWriter attribute(String name, long value) {
        builder.setAttr(name, value);
        return this;
    }

    OperationWriter attribute(String name, long[] values) {
        builder.setAttr(name, values);
        return this;
    }

    OperationWriter attribute(String name, float value) {
        builder.setAttr(name, value);
        return this;
    }

    OperationWriter attribute(String name, boolean value) {
        builder.setAttr(name, value);
        return this;
    }

    OperationWriter attribute(String name, String value) {
        builder.setAttr(name, value);
        return this;
    }

    OperationWriter attribute(String name, Shape value) {
        builder.setAttr(name, value);
        return this;
    }

    OperationWriter attribute(String name, DataType value) {
        builder.setAttr(name, value);
        return this;
    }

    OperationWriter attribute(String name, AttrValue value) {
        builder.setAttr(name, value);
        return this;
    }

    /** Adds the node; its output 0. */
    Output<?> add() {
        return built().output(0);
    }

    /** Adds the node; its outputs. */
    List<Output<?>> addAll() {
        var built = built();
        return IntStream.range(0, built.numOutputs()).<Output<?>>mapToObj(built::output).toList();
    }

    private GraphOperation built() {
        return builder.build();
    }
}
