package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import io.pitlane.graph.FloatTensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** Where the values of a large constant are. */
final class Place {
    /** In the stream of small constants. */
    static final int SMALL = 0;

    /** In the next stream. */
    static final int STREAM = 1;

    /** The negatives of those of the float32 constant that is node n; plus n. */
    static final int NEGATED = 2;

    private Place() {}

    /** Whether the values are bytes that may be coded as integers. */
    static boolean isBytes(DataType type) {
        return switch (type) {
            case DT_INT8, DT_QINT8, DT_UINT8, DT_QUINT8 -> true;
            default -> false;
        };
    }

    /** A constant's order of coding. */
    static CodeMatrix matrix(TensorProto tensor) {
        return CodeMatrix.of(
                tensor.getTensorShape().getDimList().stream()
                        .mapToLong(dimension -> dimension.getSize())
                        .toArray());
    }

    /** The negatives of float32 values. */
    static ByteString negated(ByteString content) {
        var values = BytePlanes.floats(content);
        for (int i = 0; i < values.length; i++) {
            values[i] = -values[i];
        }
        return new FloatTensor(values, values.length).toProto().getTensorContent();
    }
}
