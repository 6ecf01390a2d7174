package io.pitlane.graph;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * The values of a float32 weight, in row-major order.
 *
 * @param values as many as the dimensions multiply to; not copied, not to be changed
 * @param shape dimensions; empty for a scalar
 */
public record FloatTensor(float[] values, long... shape) {

    public FloatTensor {
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (size != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill " + Arrays.toString(shape));
        }
    }

    /**
     * The values of a Const node.
     *
     * @throws IllegalArgumentException when the node is not a float32 Const
     */
    public static FloatTensor of(NodeDef constant) {
        if (!isFloatConst(constant)) {
            throw new IllegalArgumentException(constant.getName() + " is not a float32 Const");
        }
        return of(constant.getAttrOrThrow("value").getTensor());
    }

    /** The values of a float32 proto, from its bytes or its list of values. */
    public static FloatTensor of(TensorProto proto) {
        var shape =
                proto.getTensorShape().getDimList().stream().mapToLong(d -> d.getSize()).toArray();
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        var values = new float[size];
        if (!proto.getTensorContent().isEmpty()) {
            proto.getTensorContent()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
        } else if (proto.getFloatValCount() > 0) {
            // The last value of a shorter list fills the rest.
            for (int i = 0; i < size; i++) {
                values[i] = proto.getFloatVal(Math.min(i, proto.getFloatValCount() - 1));
            }
        }
        return new FloatTensor(values, shape);
    }

    /** Whether a node is a Const of float32. */
    public static boolean isFloatConst(NodeDef node) {
        return node.getOp().equals("Const")
                && node.getAttrOrThrow("dtype").getType() == DataType.DT_FLOAT;
    }

    /** This tensor as a Const node. */
    public NodeDef toConst(String name) {
        return NodeBuilder.constant(name, toProto());
    }

    /** This tensor as a proto, its values as little-endian bytes. */
    public TensorProto toProto() {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(NodeBuilder.shapeProto(shape))
                .setTensorContent(ByteString.copyFrom(bytes.array()))
                .build();
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** A tensor of the same shape with {@code f} applied to every value. */
    public FloatTensor map(DoubleUnaryOperator f) {
        var mapped = new float[values.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = (float) f.applyAsDouble(values[i]);
        }
        return new FloatTensor(mapped, shape);
    }

    /**
     * Number of values from a position along an axis to the next one: the channel of value {@code
     * i} is {@code i / stride(axis) % channels}.
     *
     * @param axis -1 for a stride over all values
     */
    public int stride(int axis) {
        int stride = 1;
        for (int after = axis + 1; after < shape.length; after++) {
            stride *= (int) shape[after];
        }
        return stride;
    }

    /** Only the given positions along one axis, in the given order. */
    public FloatTensor select(int axis, int[] keep) {
        int inner = stride(axis);
        int outer = values.length == 0 ? 0 : values.length / inner / (int) shape[axis];
        int length = (int) shape[axis];
        var kept = new float[outer * keep.length * inner];
        for (int o = 0; o < outer; o++) {
            for (int k = 0; k < keep.length; k++) {
                System.arraycopy(
                        values,
                        (o * length + keep[k]) * inner,
                        kept,
                        (o * keep.length + k) * inner,
                        inner);
            }
        }
        var newShape = shape.clone();
        newShape[axis] = keep.length;
        return new FloatTensor(kept, newShape);
    }

    /** Equal when shape and values are, bit for bit. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FloatTensor that
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return "FloatTensor" + Arrays.toString(shape);
    }
}
