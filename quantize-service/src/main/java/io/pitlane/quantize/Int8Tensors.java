package io.pitlane.quantize;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.GraphEditor;
import io.pitlane.model.graph.NodeBuilder;
import io.pitlane.model.graph.TensorRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * The bridge between float and int8 in a graph that is being rewritten. A tensor made in int8 gets
 * a Dequantize under its old name, for whoever still wants floats; a float tensor wanted in int8
 * gets a QuantizeV2 on first demand. What nobody uses, the editor drops.
 *
 * <p>Not thread-safe.
 */
final class Int8Tensors {
    private final GraphEditor editor;
    private final Map<TensorRef, Range> ranges;
    private final Map<TensorRef, Int8Tensor> made = new HashMap<>();
    private final Map<TensorRef, Int8Tensor> quantized = new HashMap<>();

    Int8Tensors(GraphEditor editor, Map<TensorRef, Range> ranges) {
        this.editor = editor;
        this.ranges = ranges;
    }

    /** The int8 form of a tensor that is made in int8; empty when it is made in float. */
    Optional<Int8Tensor> made(TensorRef tensor) {
        return Optional.ofNullable(made.get(tensor));
    }

    /** The int8 form of any tensor. */
    Int8Tensor of(TensorRef tensor) {
        var already = made.get(tensor);
        return already != null ? already : quantized.computeIfAbsent(tensor, this::quantize);
    }

    /** Notes that a tensor, output 0 of its node, is from now on made in int8. */
    void replace(TensorRef tensor, Int8Tensor by) {
        made.put(tensor, by);
        editor.put(
                NodeBuilder.of("Dequantize", tensor.node())
                        .input(by.value())
                        .input(by.min())
                        .input(by.max())
                        .type("T", by.type())
                        .type("dtype", DT_FLOAT)
                        .string("mode", "SCALED")
                        .build());
    }

    /** Adds a scalar constant and returns where it stands. */
    TensorRef scalar(String wanted, float value) {
        var name = editor.freshName(wanted);
        editor.put(new FloatTensor(new float[] {value}).toConst(name));
        return TensorRef.of(name);
    }

    private Int8Tensor quantize(TensorRef tensor) {
        var range = ranges.get(tensor);
        var type = range.nonNegative() ? DT_QUINT8 : DT_QINT8;
        float limit = limit(range.magnitude());
        var name = editor.freshName(tensor.node() + "/quantize");
        editor.put(
                NodeBuilder.of("QuantizeV2", name)
                        .input(tensor)
                        .input(scalar(name + "/min", type == DT_QUINT8 ? 0 : -limit))
                        .input(scalar(name + "/max", limit))
                        .type("T", type)
                        .string("mode", "SCALED")
                        .string("round_mode", "HALF_TO_EVEN")
                        .bool("narrow_range", narrow(type))
                        .build());
        return Int8Tensor.madeBy(name, type);
    }

    /** Signed bytes stay clear of -128; unsigned ones use 0, which a narrow range would not. */
    private static boolean narrow(DataType type) {
        return type == DT_QINT8;
    }

    /** The end of a range; one of zeros may end anywhere but at 0. */
    static float limit(float magnitude) {
        return magnitude < Float.MIN_NORMAL * 255 ? 1f : magnitude;
    }
}
