package io.pitlane.formats.tflite;

import io.pitlane.formats.export.Float16;
import io.pitlane.formats.export.NibblePairs;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.OperatorCodeT;
import org.tensorflow.lite.schema.OperatorT;
import org.tensorflow.lite.schema.QuantizationParametersT;
import org.tensorflow.lite.schema.SubGraphT;
import org.tensorflow.lite.schema.TensorT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.ndarray.Shape;

/** The TFLite graph as it is written: tensors, the buffers of constants, and operators. */
final class TfliteGraph {
    /** The codes up to this one fit into a field of older readers. */
    private static final int LAST_OLD_CODE = BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES;

    /** What an unsigned integer is shifted by to become a signed one. */
    private static final int SIGNED_SHIFT = 128;

    private final List<TensorT> tensors = new ArrayList<>();
    private final List<byte[]> buffers = new ArrayList<>();
    private final Map<ByteBuffer, Integer> bufferOf = new HashMap<>();
    private final List<OperatorCodeT> codes = new ArrayList<>();
    private final List<OperatorT> operators = new ArrayList<>();

    TfliteGraph() {
        // Buffer 0 is that of every tensor which is computed.
        buffers.add(new byte[0]);
    }

    /**
     * Adds a tensor that is computed.
     *
     * @param quantization what its integers stand for; null where it holds the values themselves
     * @throws UnsupportedNodeException when not even the rank of its shape is known
     */
    TfliteTensor tensor(String name, byte type, Shape shape, Quantization quantization) {
        if (shape.isUnknown()) {
            throw new UnsupportedNodeException("the rank of its result is not known");
        }
        var sizes = shape.asArray();
        var tensor = new TensorT();
        tensor.setShape(
                Arrays.stream(sizes).mapToInt(size -> (int) (size < 0 ? 1 : size)).toArray());
        if (shape.hasUnknownDimension()) {
            tensor.setShapeSignature(
                    Arrays.stream(sizes).mapToInt(size -> (int) Math.max(-1, size)).toArray());
        }
        return add(tensor, name, type, quantization);
    }

    /** Adds a float32 constant. */
    TfliteTensor floats(String name, FloatTensor values) {
        var bytes = littleEndian(values.values().length * Float.BYTES);
        bytes.asFloatBuffer().put(values.values());
        return constant(name, TensorType.FLOAT32, bytes.array(), null, values.shape());
    }

    /** Adds a constant of float16, by its bits. */
    TfliteTensor float16(String name, FloatTensor values) {
        var bytes = littleEndian(values.values().length * Short.BYTES);
        for (float value : values.values()) {
            bytes.putShort(Float16.of(value));
        }
        return constant(name, TensorType.FLOAT16, bytes.array(), null, values.shape());
    }

    /** Adds a constant of integers of 4 bits. */
    TfliteTensor int4(String name, byte[] integers, Quantization quantization, long... shape) {
        var values = new float[integers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = integers[i];
        }
        var packed = NibblePairs.of(new FloatTensor(values, values.length));
        return constant(name, TfliteType.INT4, packed, quantization, shape);
    }

    /**
     * Adds the bias of a layer on integers, with a scale for each channel, or one.
     *
     * @param wide int64, as beside features of 16 bits; else int32, where larger values saturate: a
     *     channel of tiny weights must not wrap around
     */
    TfliteTensor bias(String name, long[] values, boolean wide, float... scales) {
        var bias = wide ? int64(name, values, values.length) : int32(name, values, values.length);
        tensors.get(bias.index()).setQuantization(parameters(scales, 0, 0));
        return bias;
    }

    /** Adds an int32 constant. */
    TfliteTensor int32(String name, long[] values, long... shape) {
        var bytes = littleEndian(values.length * Integer.BYTES);
        for (long value : values) {
            bytes.putInt((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value)));
        }
        return constant(name, TensorType.INT32, bytes.array(), null, shape);
    }

    /** Adds an int64 constant. */
    TfliteTensor int64(String name, long[] values, long... shape) {
        var bytes = littleEndian(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        return constant(name, TensorType.INT64, bytes.array(), null, shape);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds a constant; equal bytes are stored once. */
    TfliteTensor constant(
            String name, byte type, byte[] data, Quantization quantization, long... shape) {
        var tensor = new TensorT();
        tensor.setShape(Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
        tensor.setBuffer(buffer(data));
        return add(tensor, name, type, quantization);
    }

    /** The number of a buffer of these bytes. */
    int buffer(byte[] data) {
        return bufferOf.computeIfAbsent(
                ByteBuffer.wrap(data),
                key -> {
                    buffers.add(data);
                    return buffers.size() - 1;
                });
    }

    private TfliteTensor add(TensorT tensor, String name, byte type, Quantization quantization) {
        tensor.setName(name);
        tensor.setType(type);
        tensor.setHasRank(true);
        if (quantization != null) {
            tensor.setQuantization(parameters(type, quantization));
        }
        tensors.add(tensor);
        return new TfliteTensor(tensors.size() - 1, type, tensor.getShape().length, quantization);
    }

    private static QuantizationParametersT parameters(byte type, Quantization quantization) {
        boolean shifted = type == TensorType.INT8 && !quantization.signed();
        return parameters(
                quantization.scales(),
                quantization.zeroPoint() - (shifted ? SIGNED_SHIFT : 0),
                Math.max(0, quantization.axis()));
    }

    private static QuantizationParametersT parameters(float[] scales, long zeroPoint, int axis) {
        var zeroPoints = new long[scales.length];
        Arrays.fill(zeroPoints, zeroPoint);
        var parameters = new QuantizationParametersT();
        parameters.setScale(scales);
        parameters.setZeroPoint(zeroPoints);
        parameters.setQuantizedDimension(axis);
        return parameters;
    }

    /** Gives a tensor another name. */
    void rename(TfliteTensor tensor, String name) {
        tensors.get(tensor.index()).setName(name);
    }

    /** Whether a tensor is a constant. */
    boolean isConstant(TfliteTensor tensor) {
        return tensors.get(tensor.index()).getBuffer() > 0;
    }

    /** An operator to be filled in and added. */
    OperatorWriter operator(int code) {
        return new OperatorWriter(this, code);
    }

    void add(OperatorT operator) {
        operators.add(operator);
    }

    /** The index of an operator code in this version. */
    int code(int code, int version) {
        for (int i = 0; i < codes.size(); i++) {
            if (codes.get(i).getBuiltinCode() == code && codes.get(i).getVersion() == version) {
                return i;
            }
        }
        var added = new OperatorCodeT();
        added.setBuiltinCode(code);
        added.setDeprecatedBuiltinCode((byte) Math.min(code, LAST_OLD_CODE));
        added.setVersion(version);
        codes.add(added);
        return codes.size() - 1;
    }

    List<byte[]> buffers() {
        return buffers;
    }

    List<OperatorCodeT> codes() {
        return codes;
    }

    /** The graph in the schema's form. */
    SubGraphT toSubGraph(List<TfliteTensor> inputs, List<TfliteTensor> outputs) {
        var subGraph = new SubGraphT();
        subGraph.setName("main");
        subGraph.setTensors(tensors.toArray(TensorT[]::new));
        subGraph.setOperators(operators.toArray(OperatorT[]::new));
        subGraph.setInputs(indices(inputs));
        subGraph.setOutputs(indices(outputs));
        return subGraph;
    }

    private static int[] indices(List<TfliteTensor> list) {
        return list.stream().mapToInt(TfliteTensor::index).toArray();
    }
}
