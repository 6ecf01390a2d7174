package io.pitlane.tests.techniques;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A small residual network of random weights as PyTorch exports one to ONNX: images {@code [N, 3,
 * H, W]}, batch norm as an operator of its own, a shortcut with a convolution and one without.
 */
final class OnnxResNet {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("main_graph");
    private final Random random = new Random(7);
    private final int size;
    private final float[] bias;

    /**
     * A network.
     *
     * @param size height and width of its images
     * @param bias of each class
     */
    OnnxResNet(int size, float[] bias) {
        this.size = size;
        this.bias = bias;
    }

    void write(Path file) throws IOException {
        graph.addInput(value("image", "batch", "3", "" + size, "" + size));
        var stem = relu(convolution("stem", "image", 3, 16, 3, 2));
        var first = block("layer1", stem, 16, 16, 1);
        var second = block("layer2", first, 16, 32, 2);
        node("GlobalAveragePool", "pool", second);
        node("Flatten", "flat", "pool").addAttribute(integer("axis", 1));
        int classes = bias.length;
        values("fc.weight", 0, 1, classes, 32);
        initializer("fc.bias", bias, classes);
        node("Gemm", "scores", "flat", "fc.weight", "fc.bias").addAttribute(integer("transB", 1));
        graph.addOutput(value("scores", "batch", "" + classes));
        Files.write(
                file,
                ModelProto.newBuilder()
                        .setIrVersion(8)
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                        .setGraph(graph)
                        .build()
                        .toByteArray());
    }

    private String block(String name, String input, int inputs, int outputs, int stride) {
        var one = relu(convolution(name + ".conv1", input, inputs, outputs, 3, stride));
        var two = convolution(name + ".conv2", one, outputs, outputs, 3, 1);
        var shortcut =
                stride == 1 && inputs == outputs
                        ? input
                        : convolution(name + ".downsample", input, inputs, outputs, 1, stride);
        node("Add", name + ".add", two, shortcut);
        return relu(name + ".add");
    }

    /** A convolution that keeps the size up to its stride, and batch norm. */
    private String convolution(
            String name, String input, int inputs, int outputs, int kernel, int stride) {
        double scale = Math.sqrt(2.0 / (inputs * kernel * kernel));
        values(name + ".weight", 0, scale, outputs, inputs, kernel, kernel);
        int pad = kernel / 2;
        node("Conv", name, input, name + ".weight")
                .addAttribute(integers("kernel_shape", kernel, kernel))
                .addAttribute(integers("strides", stride, stride))
                .addAttribute(integers("pads", pad, pad, pad, pad));
        var norm = name + ".bn";
        values(norm + ".scale", 1, 0.2, outputs);
        values(norm + ".bias", 0, 0.2, outputs);
        values(norm + ".mean", 0, 0.2, outputs);
        values(norm + ".var", 1, 0.1, outputs);
        node(
                "BatchNormalization",
                norm,
                name,
                norm + ".scale",
                norm + ".bias",
                norm + ".mean",
                norm + ".var");
        return norm;
    }

    private String relu(String input) {
        node("Relu", input + ".relu", input);
        return input + ".relu";
    }

    private NodeProto.Builder node(String type, String output, String... inputs) {
        return graph.addNodeBuilder()
                .setOpType(type)
                .setName("/" + output)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private void values(String name, double mean, double deviation, long... shape) {
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        initializer(name, values, shape);
    }

    private void initializer(String name, float[] values, long... shape) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        var tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(bytes));
        Arrays.stream(shape).forEach(tensor::addDims);
        graph.addInitializer(tensor);
    }

    private static ValueInfoProto value(String name, String... sizes) {
        var shape = TensorShapeProto.newBuilder();
        for (var dimension : sizes) {
            if (dimension.equals("batch")) {
                shape.addDimBuilder().setDimParam(dimension);
            } else {
                shape.addDimBuilder().setDimValue(Long.parseLong(dimension));
            }
        }
        var tensor =
                TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        var attribute =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }
}
