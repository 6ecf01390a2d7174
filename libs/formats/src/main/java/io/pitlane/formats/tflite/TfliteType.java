package io.pitlane.formats.tflite;

import io.pitlane.formats.export.GraphConversion;
import io.pitlane.formats.export.UnsupportedNodeException;
import java.util.Map;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.proto.DataType;

/** Element types as the schema numbers them. */
final class TfliteType {
    /** Integers of 4 bits, which the library of the schema does not name yet. */
    static final byte INT4 = 17;

    private static final Map<DataType, Byte> TYPES =
            Map.of(
                    DataType.DT_FLOAT, TensorType.FLOAT32,
                    DataType.DT_INT32, TensorType.INT32,
                    DataType.DT_INT64, TensorType.INT64,
                    DataType.DT_UINT8, TensorType.UINT8,
                    DataType.DT_INT8, TensorType.INT8,
                    DataType.DT_BOOL, TensorType.BOOL);

    private TfliteType() {}

    /**
     * The number of a type.
     *
     * @throws UnsupportedNodeException when the export does not take it
     */
    static byte of(DataType type) {
        var number = TYPES.get(type);
        if (number == null) {
            throw new UnsupportedNodeException(
                    "it has values of type " + GraphConversion.typeName(type));
        }
        return number;
    }
}
