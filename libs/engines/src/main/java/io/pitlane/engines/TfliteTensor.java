package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteBool;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteFloat32;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteFloat64;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteInt32;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteInt64;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteInt8;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteUInt8;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.tensorflow.proto.DataType;

/**
 * An input or output of an interpreter. Where it is quantized, its integers are written and read as
 * the real numbers that they stand for: {@code scale * (integer - zeroPoint)}.
 *
 * @param name its name in the signature
 * @param index its position among the interpreter's tensors
 * @param type of its elements
 * @param scale 0 where it is not quantized
 * @param zeroPoint the integer that stands for 0
 */
record TfliteTensor(String name, int index, ElementType type, float scale, int zeroPoint) {
    private static final Map<Integer, ElementType> TYPES =
            Map.of(
                    kTfLiteFloat32, ElementType.FLOAT32,
                    kTfLiteFloat64, ElementType.FLOAT64,
                    kTfLiteInt32, ElementType.INT32,
                    kTfLiteInt64, ElementType.INT64,
                    kTfLiteUInt8, ElementType.UINT8,
                    kTfLiteInt8, ElementType.INT8,
                    kTfLiteBool, ElementType.BOOL);

    /**
     * A tensor of the signature.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when its type is not
     *     supported
     */
    static TfliteTensor of(Interpreter interpreter, String name, int index, Path file) {
        var tensor = interpreter.tensor(index);
        var type = TYPES.get(tensor.type());
        if (type == null) {
            throw invalidInput(
                    "'%s' of %s has elements of TFLite's type %d."
                            .formatted(name, file, tensor.type()),
                    "Export the model with inputs and outputs of float, int8, uint8, int32, int64"
                            + " or bool.");
        }
        var params = tensor.params();
        boolean isInteger = type == ElementType.INT8 || type == ElementType.UINT8;
        return new TfliteTensor(
                name, index, type, isInteger ? params.scale() : 0, params.zero_point());
    }

    /** As callers see it: of real numbers where it is quantized; -1 for sizes that can change. */
    GraphSignature.Port port(Interpreter interpreter) {
        var tensor = interpreter.tensor(index);
        var sizes = sizes(tensor.dims_signature());
        return new GraphSignature.Port(
                name,
                new TensorRef(name, 0),
                isQuantized() ? DataType.DT_FLOAT : type.dataType(),
                (sizes.length > 0 ? IntStream.of(sizes) : IntStream.of(sizes(tensor.dims())))
                        .asLongStream()
                        .boxed()
                        .toList());
    }

    private boolean isQuantized() {
        return scale != 0;
    }

    /** Fills an input. */
    void write(Interpreter interpreter, float[] values) {
        var memory = memory(interpreter.tensor(index));
        if (!isQuantized()) {
            type.write(values, memory);
            return;
        }
        int least = type == ElementType.INT8 ? Byte.MIN_VALUE : 0;
        for (int i = 0; i < values.length; i++) {
            int integer = (int) Math.rint(values[i] / scale) + zeroPoint;
            memory.put(i, (byte) Math.max(least, Math.min(least + 255, integer)));
        }
    }

    /** A copy of an output. */
    FloatTensor read(Interpreter interpreter) {
        var tensor = interpreter.tensor(index);
        var memory = memory(tensor);
        var values = new float[memory.capacity() / type.bytes()];
        type.read(memory, values);
        if (isQuantized()) {
            for (int i = 0; i < values.length; i++) {
                values[i] = scale * (values[i] - zeroPoint);
            }
        }
        return new FloatTensor(values, IntStream.of(sizes(tensor.dims())).asLongStream().toArray());
    }

    /** Asked for at each call, because an interpreter with dynamic tensors moves them. */
    private static ByteBuffer memory(TfLiteTensor tensor) {
        return tensor.data()
                .raw()
                .capacity(tensor.bytes())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    private static int[] sizes(TfLiteIntArray array) {
        if (array == null || array.isNull()) {
            return new int[0];
        }
        var sizes = new int[array.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = array.data(i);
        }
        return sizes;
    }
}
