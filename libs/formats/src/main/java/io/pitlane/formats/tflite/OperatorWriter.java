package io.pitlane.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.OperatorT;

/**
 * Writes one operator of the TFLite graph.
 *
 * <pre>{@code
 * graph.operator(BuiltinOperator.ADD).input(left).input(right).add(sum);
 * }</pre>
 */
final class OperatorWriter {
    /** What stands for an optional input that is left out. */
    private static final int NO_TENSOR = -1;

    private final TfliteGraph graph;
    private final int code;
    private final List<Integer> inputs = new ArrayList<>();
    private int version = 1;
    private BuiltinOptionsUnion options;

    OperatorWriter(TfliteGraph graph, int code) {
        this.graph = graph;
        this.code = code;
    }

    OperatorWriter input(TfliteTensor tensor) {
        inputs.add(tensor.index());
        return this;
    }

    OperatorWriter inputs(List<TfliteTensor> tensors) {
        tensors.forEach(this::input);
        return this;
    }

    /** Leaves an optional input out. */
    OperatorWriter noInput() {
        inputs.add(NO_TENSOR);
        return this;
    }

    /** The version of the operator that a runtime must know; 1 where it is not set. */
    OperatorWriter version(int number) {
        version = number;
        return this;
    }

    /**
     * The operator's options.
     *
     * @param kind a constant of {@link org.tensorflow.lite.schema.BuiltinOptions}
     * @param values the schema's object of that kind
     */
    OperatorWriter options(byte kind, Object values) {
        options = new BuiltinOptionsUnion();
        options.setType(kind);
        options.setValue(values);
        return this;
    }

    /** Adds the operator with one output, which is returned. */
    TfliteTensor add(TfliteTensor output) {
        return add(List.of(output)).get(0);
    }

    /** Adds the operator with several outputs, which are returned. */
    List<TfliteTensor> add(List<TfliteTensor> outputs) {
        var operator = new OperatorT();
        operator.setOpcodeIndex(graph.code(code, version));
        operator.setInputs(inputs.stream().mapToInt(index -> index).toArray());
        operator.setOutputs(outputs.stream().mapToInt(TfliteTensor::index).toArray());
        if (options != null) {
            operator.setBuiltinOptions(options);
        }
        graph.add(operator);
        return outputs;
    }
}
