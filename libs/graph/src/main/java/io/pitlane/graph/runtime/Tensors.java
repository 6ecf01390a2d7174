package io.pitlane.graph.runtime;

import io.pitlane.graph.FloatTensor;
import java.util.stream.IntStream;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** Copies values between Java arrays of floats and TensorFlow's native memory. */
public final class Tensors {
    private Tensors() {}

    /** Reads the value at a position. */
    private interface Values {
        float at(long position);
    }

    /** A copy in TensorFlow's memory; the caller closes it. */
    public static TFloat32 toNative(FloatTensor tensor) {
        return TFloat32.tensorOf(
                Shape.of(tensor.shape()), DataBuffers.of(tensor.values(), true, false));
    }

    /**
     * A copy in TensorFlow's memory, converted to another element type; the caller closes it.
     *
     * @throws IllegalArgumentException when the type is not supported
     */
    public static Tensor toNative(FloatTensor tensor, DataType type) {
        var shape = Shape.of(tensor.shape());
        float[] values = tensor.values();
        return switch (type) {
            case DT_FLOAT -> toNative(tensor);
            case DT_DOUBLE -> TFloat64.tensorOf(shape, DataBuffers.of(doubles(values)));
            case DT_INT32 -> TInt32.tensorOf(shape, DataBuffers.of(ints(values)));
            case DT_INT64 -> TInt64.tensorOf(shape, DataBuffers.of(longs(values)));
            case DT_UINT8 -> TUint8.tensorOf(shape, DataBuffers.of(bytes(values)));
            case DT_BOOL -> TBool.tensorOf(shape, DataBuffers.of(booleans(values)));
            default -> throw new IllegalArgumentException("cannot feed " + type);
        };
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static int[] ints(float[] values) {
        return IntStream.range(0, values.length).map(i -> Math.round(values[i])).toArray();
    }

    private static long[] longs(float[] values) {
        return IntStream.range(0, values.length)
                .mapToLong(i -> Math.round((double) values[i]))
                .toArray();
    }

    private static byte[] bytes(float[] values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }

    private static boolean[] booleans(float[] values) {
        var booleans = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            booleans[i] = values[i] != 0;
        }
        return booleans;
    }

    /**
     * A copy in Java's memory; integers and booleans as floats.
     *
     * @throws IllegalArgumentException when the tensor is not numeric
     */
    public static FloatTensor toJava(Tensor tensor) {
        var values = new float[Math.toIntExact(tensor.shape().size())];
        var data = tensor.asRawTensor().data();
        if (tensor.dataType() == DataType.DT_FLOAT) {
            data.asFloats().read(values);
        } else {
            var numbers = numbers(tensor);
            for (int i = 0; i < values.length; i++) {
                values[i] = numbers.at(i);
            }
        }
        return new FloatTensor(values, tensor.shape().asArray());
    }

    private static Values numbers(Tensor tensor) {
        var data = tensor.asRawTensor().data();
        return switch (tensor.dataType()) {
            case DT_DOUBLE -> at -> (float) data.asDoubles().getDouble(at);
            case DT_INT32 -> at -> data.asInts().getInt(at);
            case DT_INT64 -> at -> data.asLongs().getLong(at);
            case DT_UINT8 -> at -> data.getByte(at) & 0xff;
            case DT_INT8, DT_BOOL -> data::getByte;
            default ->
                    throw new IllegalArgumentException("not a numeric type: " + tensor.dataType());
        };
    }
}
