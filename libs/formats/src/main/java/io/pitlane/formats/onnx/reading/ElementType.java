package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.proto.DataType;

/** Element types of ONNX as those of TensorFlow. */
final class ElementType {
    private static final Map<OnnxMl.TensorProto.DataType, DataType> TYPES =
            new EnumMap<>(
                    Map.ofEntries(
                            Map.entry(OnnxMl.TensorProto.DataType.FLOAT, DataType.DT_FLOAT),
                            Map.entry(OnnxMl.TensorProto.DataType.DOUBLE, DataType.DT_DOUBLE),
                            Map.entry(OnnxMl.TensorProto.DataType.FLOAT16, DataType.DT_HALF),
                            Map.entry(OnnxMl.TensorProto.DataType.BFLOAT16, DataType.DT_BFLOAT16),
                            Map.entry(OnnxMl.TensorProto.DataType.INT8, DataType.DT_INT8),
                            Map.entry(OnnxMl.TensorProto.DataType.INT16, DataType.DT_INT16),
                            Map.entry(OnnxMl.TensorProto.DataType.INT32, DataType.DT_INT32),
                            Map.entry(OnnxMl.TensorProto.DataType.INT64, DataType.DT_INT64),
                            Map.entry(OnnxMl.TensorProto.DataType.UINT8, DataType.DT_UINT8),
                            Map.entry(OnnxMl.TensorProto.DataType.UINT16, DataType.DT_UINT16),
                            Map.entry(OnnxMl.TensorProto.DataType.BOOL, DataType.DT_BOOL)));

    private ElementType() {}

    /**
     * TensorFlow's type for a number of ONNX.
     *
     * @throws UnsupportedOperatorException when there is none
     */
    static DataType of(int number) {
        var type = OnnxMl.TensorProto.DataType.forNumber(number);
        if (type == null || !TYPES.containsKey(type)) {
            throw new UnsupportedOperatorException(
                    "it has values of type "
                            + (type == null ? number : type.name().toLowerCase(Locale.ROOT)));
        }
        return TYPES.get(type);
    }

    /** Bytes of a value. */
    static int bytes(DataType type) {
        return switch (type) {
            case DT_DOUBLE, DT_INT64 -> 8;
            case DT_FLOAT, DT_INT32 -> 4;
            case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16 -> 2;
            default -> 1;
        };
    }
}
