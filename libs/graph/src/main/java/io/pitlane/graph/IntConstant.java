package io.pitlane.graph;

import java.nio.ByteOrder;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The values of an int32 or int64 Const: axes, paddings, shapes.
 *
 * @param dtype int32 or int64
 * @param scalar whether it has no dimension
 * @param values in row-major order
 */
public record IntConstant(DataType dtype, boolean scalar, long[] values) {

    /** The values of a node, if it is a Const of integers. */
    public static Optional<IntConstant> of(NodeDef node) {
        if (!node.getOp().equals("Const")) {
            return Optional.empty();
        }
        var proto = node.getAttrOrThrow("value").getTensor();
        return switch (proto.getDtype()) {
            case DT_INT32, DT_INT64 ->
                    Optional.of(
                            new IntConstant(
                                    proto.getDtype(),
                                    proto.getTensorShape().getDimCount() == 0,
                                    read(proto)));
            default -> Optional.empty();
        };
    }

    /** The same values, one of them replaced. */
    public IntConstant with(int position, long value) {
        var changed = values.clone();
        changed[position] = value;
        return new IntConstant(dtype, scalar, changed);
    }

    /** As a Const node: a scalar, or a vector. */
    public NodeDef toConst(String name) {
        return toConst(
                scalar ? NodeBuilder.shapeProto() : NodeBuilder.shapeProto(values.length), name);
    }

    /** As a Const node in the shape of another. */
    public NodeDef toConst(NodeDef like, String name) {
        return toConst(like.getAttrOrThrow("value").getTensor().getTensorShape(), name);
    }

    private NodeDef toConst(TensorShapeProto shape, String name) {
        var proto = TensorProto.newBuilder().setDtype(dtype);
        proto.setTensorShape(shape);
        for (long value : values) {
            if (dtype == DataType.DT_INT32) {
                proto.addIntVal(Math.toIntExact(value));
            } else {
                proto.addInt64Val(value);
            }
        }
        return NodeBuilder.constant(name, proto.build());
    }

    private static long[] read(TensorProto proto) {
        long size = 1;
        for (var dim : proto.getTensorShape().getDimList()) {
            size *= dim.getSize();
        }
        var values = new long[Math.toIntExact(size)];
        boolean wide = proto.getDtype() == DataType.DT_INT64;
        if (!proto.getTensorContent().isEmpty()) {
            var bytes =
                    proto.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < values.length; i++) {
                values[i] = wide ? bytes.getLong() : bytes.getInt();
            }
            return values;
        }
        int listed = wide ? proto.getInt64ValCount() : proto.getIntValCount();
        // The last value of a shorter list fills the rest.
        for (int i = 0; i < values.length && listed > 0; i++) {
            int at = Math.min(i, listed - 1);
            values[i] = wide ? proto.getInt64Val(at) : proto.getIntVal(at);
        }
        return values;
    }
}
