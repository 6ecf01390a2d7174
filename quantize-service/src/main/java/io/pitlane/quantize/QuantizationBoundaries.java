package io.pitlane.quantize;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * Inserts the conversions between float and int8 into a graph that is being rewritten. A tensor
 * produced in int8 gets a Dequantize under its old name, for float consumers; a float tensor gets a
 * QuantizeV2 when the first int8 consumer asks for it. The editor drops unused nodes.
 *
 * <p>Not thread-safe.
 */
final class QuantizationBoundaries {
    private final GraphEditor editor;
    private final Map<TensorRef, Range> ranges;
    private final Map<TensorRef, Int8Tensor> produced = new HashMap<>();
    private final Map<TensorRef, Int8Tensor> quantized = new HashMap<>();

    QuantizationBoundaries(GraphEditor editor, Map<TensorRef, Range> ranges) {
        this.editor = editor;
        this.ranges = ranges;
    }

    /** The int8 form of a tensor that is produced in int8; empty when it is produced in float. */
    Optional<Int8Tensor> produced(TensorRef tensor) {
        return Optional.ofNullable(produced.get(tensor));
    }

    /** The int8 form of any tensor, quantized if necessary. */
    Int8Tensor of(TensorRef tensor) {
        var known = produced.get(tensor);
        return known != null ? known : quantized.computeIfAbsent(tensor, this::quantize);
    }

    /** Replaces a tensor, output 0 of its node, by one that is produced in int8. */
    void replace(TensorRef tensor, Int8Tensor by) {
        produced.put(tensor, by);
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

    /** Adds a scalar constant and returns its tensor. */
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
                        .bool("narrow_range", isNarrow(type))
                        .build());
        return Int8Tensor.outputsOf(name, type);
    }

    /** Signed bytes never use -128; unsigned ones use 0, which a narrow range would exclude. */
    private static boolean isNarrow(DataType type) {
        return type == DT_QINT8;
    }

    /** The upper end of a range; a range of zeros ends at 1, since a scale must not be 0. */
    static float limit(float magnitude) {
        return magnitude < Float.MIN_NORMAL * 255 ? 1f : magnitude;
    }
}
