package io.pitlane.formats.onnx;

import ai.onnx.proto.OnnxMl;
import io.pitlane.formats.export.GraphConversion;
import io.pitlane.formats.export.UnsupportedNodeException;
import java.util.Map;
import org.tensorflow.proto.DataType;

/** Element types as ONNX numbers them. */
final class OnnxType {
    private static final Map<DataType, OnnxMl.TensorProto.DataType> TYPES =
            Map.of(
                    DataType.DT_FLOAT, OnnxMl.TensorProto.DataType.FLOAT,
                    DataType.DT_INT32, OnnxMl.TensorProto.DataType.INT32,
                    DataType.DT_INT64, OnnxMl.TensorProto.DataType.INT64,
                    DataType.DT_UINT8, OnnxMl.TensorProto.DataType.UINT8,
                    DataType.DT_INT8, OnnxMl.TensorProto.DataType.INT8,
                    DataType.DT_BOOL, OnnxMl.TensorProto.DataType.BOOL);

    private OnnxType() {}

    static boolean isKnown(DataType type) {
        return TYPES.containsKey(type);
    }

    /**
     * The number of a type.
     *
     * @throws UnsupportedNodeException when the export does not take it
     */
    static int of(DataType type) {
        if (!isKnown(type)) {
            throw new UnsupportedNodeException(
                    "it has values of type " + GraphConversion.typeName(type));
        }
        return TYPES.get(type).getNumber();
    }
}
