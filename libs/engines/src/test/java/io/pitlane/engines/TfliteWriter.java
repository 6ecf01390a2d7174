package io.pitlane.engines;

import com.google.flatbuffers.FlatBufferBuilder;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.FullyConnectedOptionsT;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.OperatorCodeT;
import org.tensorflow.lite.schema.OperatorT;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.Pool2DOptionsT;
import org.tensorflow.lite.schema.QuantizationParametersT;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SignatureDefT;
import org.tensorflow.lite.schema.SoftmaxOptionsT;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.SubGraphT;
import org.tensorflow.lite.schema.TensorMapT;
import org.tensorflow.lite.schema.TensorT;
import org.tensorflow.lite.schema.TensorType;

/** Writes the few TFLite models of the tests, operation by operation. */
final class TfliteWriter {
    private final List<TensorT> tensors = new ArrayList<>();
    private final List<byte[]> buffers = new ArrayList<>(List.of(new byte[0]));
    private final List<OperatorT> operators = new ArrayList<>();
    private final List<Integer> codes = new ArrayList<>();

    /** {@code SampleGraphs.plain()} with its weights; signature: image to scores. */
    static byte[] plain(FlatGraph graph) {
        var writer = new TfliteWriter();
        int x = writer.variable("x", TensorType.FLOAT32, 16, 16, 3);
        int at = writer.conv(graph, x, "conv1", "bias1", 16);
        at = writer.maxPool(at, 8, 8);
        at = writer.conv(graph, at, "conv2", "bias2", 8);
        at = writer.maxPool(at, 4, 12);
        at = writer.dense(graph, at, "dense1", "bias3", ActivationFunctionType.RELU);
        at = writer.dense(graph, at, "dense2", "bias4", ActivationFunctionType.NONE);
        int scores = writer.variable("softmax", TensorType.FLOAT32, 10);
        var softmax = new SoftmaxOptionsT();
        softmax.setBeta(1);
        writer.add(BuiltinOperator.SOFTMAX, BuiltinOptions.SoftmaxOptions, softmax, scores, at);
        return writer.write("image", x, "scores", scores);
    }

    /** ReLU of integers, which stand for real numbers by a scale and a zero point. */
    static byte[] quantizedRelu(boolean signed, float scale, long zeroPoint) {
        byte type = signed ? TensorType.INT8 : TensorType.UINT8;
        var writer = new TfliteWriter();
        int in = writer.variable("in", type, 4);
        int out = writer.variable("out", type, 4);
        for (int tensor : new int[] {in, out}) {
            var quantization = new QuantizationParametersT();
            quantization.setScale(new float[] {scale});
            quantization.setZeroPoint(new long[] {zeroPoint});
            writer.tensors.get(tensor).setQuantization(quantization);
        }
        writer.add(BuiltinOperator.RELU, BuiltinOptions.NONE, null, out, in);
        return writer.write("in", in, "out", out);
    }

    /** The square of each value: hardly any arithmetic. */
    static byte[] square(int values) {
        var writer = new TfliteWriter();
        int in = writer.variable("in", TensorType.FLOAT32, values);
        int out = writer.variable("out", TensorType.FLOAT32, values);
        writer.add(BuiltinOperator.SQUARE, BuiltinOptions.NONE, null, out, in);
        return writer.write("in", in, "out", out);
    }

    private int conv(FlatGraph graph, int in, String layer, String bias, int side) {
        var kernel = FloatTensor.of(graph.node(layer + "/kernel"));
        int inputs = (int) kernel.shape()[2];
        int channels = (int) kernel.shape()[3];
        int filter = constant(outputsFirst(kernel), channels, 3, 3, inputs);
        int out = variable(layer, TensorType.FLOAT32, side, side, channels);
        var options = new Conv2DOptionsT();
        options.setPadding(Padding.SAME);
        options.setStrideH(1);
        options.setStrideW(1);
        options.setDilationHFactor(1);
        options.setDilationWFactor(1);
        options.setFusedActivationFunction(ActivationFunctionType.RELU);
        add(
                BuiltinOperator.CONV_2D,
                BuiltinOptions.Conv2DOptions,
                options,
                out,
                in,
                filter,
                bias(graph, bias));
        return out;
    }

    private int dense(FlatGraph graph, int in, String layer, String bias, int activation) {
        var kernel = FloatTensor.of(graph.node(layer + "/kernel"));
        int outputs = (int) kernel.shape()[1];
        int filter = constant(outputsFirst(kernel), outputs, (int) kernel.shape()[0]);
        int out = variable(layer, TensorType.FLOAT32, outputs);
        var options = new FullyConnectedOptionsT();
        options.setFusedActivationFunction((byte) activation);
        add(
                BuiltinOperator.FULLY_CONNECTED,
                BuiltinOptions.FullyConnectedOptions,
                options,
                out,
                in,
                filter,
                bias(graph, bias));
        return out;
    }

    private int maxPool(int in, int side, int channels) {
        var options = new Pool2DOptionsT();
        options.setPadding(Padding.VALID);
        options.setStrideH(2);
        options.setStrideW(2);
        options.setFilterHeight(2);
        options.setFilterWidth(2);
        int out = variable("pool" + side, TensorType.FLOAT32, side, side, channels);
        add(BuiltinOperator.MAX_POOL_2D, BuiltinOptions.Pool2DOptions, options, out, in);
        return out;
    }

    private int bias(FlatGraph graph, String layer) {
        var node = graph.node(layer);
        var values = FloatTensor.of(graph.node(node.getInput(1))).values();
        return constant(values, values.length);
    }

    /** TFLite has the output channels on the first axis, TensorFlow on the last. */
    private static float[] outputsFirst(FloatTensor kernel) {
        int outputs = (int) kernel.shape()[kernel.rank() - 1];
        int each = kernel.values().length / outputs;
        var values = new float[kernel.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i % outputs * each + i / outputs] = kernel.values()[i];
        }
        return values;
    }

    private int constant(float[] values, int... shape) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        buffers.add(bytes.array());
        return tensor("constant" + tensors.size(), TensorType.FLOAT32, buffers.size() - 1, shape);
    }

    /** A tensor with any number of images of this shape. */
    private int variable(String name, byte type, int... shapeOfOne) {
        var shape = new int[shapeOfOne.length + 1];
        shape[0] = 1;
        System.arraycopy(shapeOfOne, 0, shape, 1, shapeOfOne.length);
        int index = tensor(name, type, 0, shape);
        var signature = shape.clone();
        signature[0] = -1;
        tensors.get(index).setShapeSignature(signature);
        return index;
    }

    private int tensor(String name, byte type, int buffer, int... shape) {
        var tensor = new TensorT();
        tensor.setName(name);
        tensor.setType(type);
        tensor.setBuffer(buffer);
        tensor.setShape(shape);
        tensors.add(tensor);
        return tensors.size() - 1;
    }

    private void add(int code, byte optionsType, Object options, int output, int... inputs) {
        if (!codes.contains(code)) {
            codes.add(code);
        }
        var operator = new OperatorT();
        operator.setOpcodeIndex(codes.indexOf(code));
        operator.setInputs(inputs);
        operator.setOutputs(new int[] {output});
        if (options != null) {
            var union = new BuiltinOptionsUnion();
            union.setType(optionsType);
            union.setValue(options);
            operator.setBuiltinOptions(union);
        }
        operators.add(operator);
    }

    private byte[] write(String inputName, int input, String outputName, int output) {
        var graph = new SubGraphT();
        graph.setName("main");
        graph.setTensors(tensors.toArray(TensorT[]::new));
        graph.setOperators(operators.toArray(OperatorT[]::new));
        graph.setInputs(new int[] {input});
        graph.setOutputs(new int[] {output});
        var signature = new SignatureDefT();
        signature.setSignatureKey("serving_default");
        signature.setInputs(new TensorMapT[] {entry(inputName, input)});
        signature.setOutputs(new TensorMapT[] {entry(outputName, output)});

        var builder = new FlatBufferBuilder();
        var data = buffers.stream().mapToInt(bytes -> buffer(builder, bytes)).toArray();
        var operatorCodes = codes.stream().mapToInt(code -> operatorCode(builder, code)).toArray();
        int codeVector = Model.createOperatorCodesVector(builder, operatorCodes);
        int graphs =
                Model.createSubgraphsVector(builder, new int[] {SubGraph.pack(builder, graph)});
        int bufferVector = Model.createBuffersVector(builder, data);
        int signatures =
                Model.createSignatureDefsVector(
                        builder, new int[] {SignatureDef.pack(builder, signature)});
        Model.startModel(builder);
        Model.addVersion(builder, 3);
        Model.addOperatorCodes(builder, codeVector);
        Model.addSubgraphs(builder, graphs);
        Model.addBuffers(builder, bufferVector);
        Model.addSignatureDefs(builder, signatures);
        Model.finishModelBuffer(builder, Model.endModel(builder));
        return builder.sizedByteArray();
    }

    private static TensorMapT entry(String name, int tensor) {
        var entry = new TensorMapT();
        entry.setName(name);
        entry.setTensorIndex(tensor);
        return entry;
    }

    /** Weights begin at a multiple of 16 bytes, which the object interface does not see to. */
    private static int buffer(FlatBufferBuilder builder, byte[] bytes) {
        if (bytes.length == 0) {
            return Buffer.createBuffer(builder, 0);
        }
        Buffer.startDataVector(builder, bytes.length);
        for (int i = bytes.length - 1; i >= 0; i--) {
            builder.addByte(bytes[i]);
        }
        return Buffer.createBuffer(builder, builder.endVector());
    }

    private static int operatorCode(FlatBufferBuilder builder, int code) {
        var operator = new OperatorCodeT();
        operator.setBuiltinCode(code);
        operator.setDeprecatedBuiltinCode((byte) code);
        operator.setVersion(code == BuiltinOperator.SQUARE ? 1 : 2);
        return OperatorCode.pack(builder, operator);
    }
}
