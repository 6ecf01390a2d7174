package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

/** Builds small float graphs with seeded weights for tests; each method returns the node's name. */
final class NetBuilder {
    private static final DataType FLOAT = DataType.DT_FLOAT;

    private final List<NodeDef> nodes = new ArrayList<>();
    private final List<GraphSignature.Port> others = new ArrayList<>();
    private final Random random;
    private final long[] inputShape;
    private String padding = "SAME";
    private long[] explicitPaddings = {};
    private long dilation = 1;

    /** A net with an input {@code x} of this shape, -1 where any size goes. */
    NetBuilder(long seed, long... inputShape) {
        this.random = new Random(seed);
        this.inputShape = inputShape;
        nodes.add(
                NodeBuilder.of("Placeholder", "x")
                        .type("dtype", FLOAT)
                        .shape("shape", inputShape)
                        .build());
    }

    /** An input beside the images, of its own name in the signature. */
    String input(String name, long... shape) {
        others.add(input(name, name, shape));
        return put(NodeBuilder.of("Placeholder", name).type("dtype", FLOAT).shape("shape", shape));
    }

    private static GraphSignature.Port input(String name, String node, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(node), FLOAT, Arrays.stream(shape).boxed().toList());
    }

    /** The padding of the convolutions that follow. */
    NetBuilder padding(String padding, long... explicit) {
        this.padding = padding;
        this.explicitPaddings = explicit;
        return this;
    }

    /** The dilation of the convolutions that follow. */
    NetBuilder dilation(long dilation) {
        this.dilation = dilation;
        return this;
    }

    /** Weights drawn so that the output has about the spread of the input. */
    FloatTensor weights(long... shape) {
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        double fanIn = (double) size / shape[shape.length - 1];
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * Math.sqrt(2 / fanIn));
        }
        return new FloatTensor(values, shape);
    }

    String constant(String name, FloatTensor value) {
        nodes.add(value.toConst(name));
        return name;
    }

    String conv(String name, String in, FloatTensor filter, int stride) {
        return conv(name, in, constant(name + "/kernel", filter), stride);
    }

    /** A convolution with a filter that some node makes. */
    String conv(String name, String in, String filter, int stride) {
        return put(
                NodeBuilder.of("Conv2D", name)
                        .input(in)
                        .input(filter)
                        .type("T", FLOAT)
                        .ints("strides", 1L, stride, stride, 1)
                        .ints("dilations", 1L, dilation, dilation, 1)
                        .string("padding", padding)
                        .ints("explicit_paddings", explicitPaddings)
                        .string("data_format", "NHWC"));
    }

    /** A convolution of volumes, of 3 x 3 x 3, with bias. */
    String volumeConv(String name, String in, int from, int to, int stride) {
        var kernel = constant(name + "/kernel", weights(3, 3, 3, from, to));
        var conv =
                put(
                        NodeBuilder.of("Conv3D", name)
                                .input(in)
                                .input(kernel)
                                .type("T", FLOAT)
                                .ints("strides", 1L, stride, stride, stride, 1)
                                .string("padding", padding)
                                .string("data_format", "NDHWC"));
        return bias(name + "/bias", conv, to);
    }

    /** A 3x3 or other convolution with bias. */
    String convBias(String name, String in, int k, int from, int to, int stride) {
        return bias(name + "/bias", conv(name, in, weights(k, k, from, to), stride), to);
    }

    String bias(String name, String in, int channels) {
        var values = new float[channels];
        for (int i = 0; i < channels; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        constant(name + "/values", new FloatTensor(values, channels));
        return put(
                NodeBuilder.of("BiasAdd", name)
                        .input(in)
                        .input(name + "/values")
                        .type("T", FLOAT)
                        .string("data_format", "NHWC"));
    }

    String dense(String name, String in, int from, int to) {
        constant(name + "/kernel", weights(from, to));
        var product =
                put(
                        NodeBuilder.of("MatMul", name)
                                .input(in)
                                .input(name + "/kernel")
                                .type("T", FLOAT)
                                .bool("transpose_a", false)
                                .bool("transpose_b", false));
        return bias(name + "/bias", product, to);
    }

    /** Batch norm for inference, with seeded statistics. */
    String batchNorm(String name, String in, int channels) {
        var spread = weights(1, channels).map(v -> 0.5 + Math.abs(v));
        var node = NodeBuilder.of("FusedBatchNormV3", name).input(in);
        for (var part : List.of("scale", "offset", "mean", "variance")) {
            boolean positive = part.equals("scale") || part.equals("variance");
            var values = positive ? spread.values() : weights(1, channels).values();
            node.input(constant(name + "/" + part, new FloatTensor(values, channels)));
        }
        return put(
                node.type("T", FLOAT)
                        .type("U", FLOAT)
                        .number("epsilon", 0.001f)
                        .bool("is_training", false)
                        .string("data_format", "NHWC"));
    }

    String depthwise(String name, String in, int k, int channels) {
        return depthwise(name, in, k, channels, 1, 1);
    }

    String depthwise(String name, String in, int k, int channels, int multiplier, int stride) {
        var filter = weights(k, k, channels, multiplier);
        constant(name + "/kernel", filter.map(v -> v * Math.sqrt(channels)));
        return depthwiseOf(name, in, stride);
    }

    /** A depthwise convolution with the filter {@code name/kernel}. */
    String depthwiseOf(String name, String in, int stride) {
        return put(
                NodeBuilder.of("DepthwiseConv2dNative", name)
                        .input(in)
                        .input(name + "/kernel")
                        .type("T", FLOAT)
                        .ints("strides", 1L, stride, stride, 1)
                        .ints("dilations", 1L, dilation, dilation, 1)
                        .string("padding", padding));
    }

    String upsample(String name, String in, int size, int from, int to) {
        constant(name + "/kernel", weights(2, 2, to, from));
        nodes.add(NodeBuilder.intVector(name + "/shape", (int) inputShape[0], size, size, to));
        return put(
                NodeBuilder.of("Conv2DBackpropInput", name)
                        .input(name + "/shape")
                        .input(name + "/kernel")
                        .input(in)
                        .type("T", FLOAT)
                        .ints("strides", 1L, 2L, 2L, 1L)
                        .string("padding", "SAME"));
    }

    String pool(String op, String name, String in, long window, long stride, String pad) {
        return put(
                NodeBuilder.of(op, name)
                        .input(in)
                        .type("T", FLOAT)
                        .ints("ksize", 1L, window, window, 1L)
                        .ints("strides", 1L, stride, stride, 1L)
                        .string("padding", pad));
    }

    String unary(String op, String name, String in) {
        return put(NodeBuilder.of(op, name).input(in).type("T", FLOAT));
    }

    String binary(String op, String name, String left, String right) {
        return put(NodeBuilder.of(op, name).input(left).input(right).type("T", FLOAT));
    }

    /** The sum of several tensors as one node. */
    String sum(String name, String... addends) {
        var node = NodeBuilder.of("AddN", name).type("T", FLOAT).integer("N", addends.length);
        for (var addend : addends) {
            node.input(addend);
        }
        return put(node);
    }

    /** An operation with a number as its second operand. */
    String with(String op, String name, String in, float number) {
        return binary(
                op, name, in, constant(name + "/number", new FloatTensor(new float[] {number})));
    }

    /** A hard sigmoid as Keras 3 spells it. */
    String hardSigmoid(String name, String in) {
        var shifted = with("AddV2", name + "/shifted", in, 3);
        return with("RealDiv", name, unary("Relu6", name + "/clipped", shifted), 6);
    }

    String concat(String name, String left, String right) {
        nodes.add(
                NodeBuilder.constant(
                        name + "/axis",
                        TensorProto.newBuilder()
                                .setDtype(DataType.DT_INT32)
                                .setTensorShape(NodeBuilder.shapeProto())
                                .addIntVal(-1)
                                .build()));
        return put(
                NodeBuilder.of("ConcatV2", name)
                        .input(left)
                        .input(right)
                        .input(name + "/axis")
                        .integer("N", 2)
                        .type("T", FLOAT)
                        .type("Tidx", DataType.DT_INT32));
    }

    String pad(String name, String in) {
        nodes.add(
                NodeBuilder.constant(
                        name + "/by",
                        TensorProto.newBuilder()
                                .setDtype(DataType.DT_INT32)
                                .setTensorShape(NodeBuilder.shapeProto(4, 2))
                                .addAllIntVal(List.of(0, 0, 1, 1, 1, 1, 0, 0))
                                .build()));
        return put(
                NodeBuilder.of("Pad", name)
                        .input(in)
                        .input(name + "/by")
                        .type("T", FLOAT)
                        .type("Tpaddings", DataType.DT_INT32));
    }

    /** The mean over height and width. */
    String globalMean(String name, String in, boolean keep) {
        nodes.add(NodeBuilder.intVector(name + "/axes", 1, 2));
        return put(
                NodeBuilder.of("Mean", name)
                        .input(in)
                        .input(name + "/axes")
                        .type("T", FLOAT)
                        .type("Tidx", DataType.DT_INT32)
                        .bool("keep_dims", keep));
    }

    /** A vector as an image of one value a channel. */
    String image(String name, String in, int channels) {
        nodes.add(NodeBuilder.intVector(name + "/shape", -1, 1, 1, channels));
        return put(
                NodeBuilder.of("Reshape", name)
                        .input(in)
                        .input(name + "/shape")
                        .type("T", FLOAT)
                        .type("Tshape", DataType.DT_INT32));
    }

    /** An image of {@code size} rows and columns: {@code Nearest} or {@code Linear}. */
    String resize(String method, String name, String in, int size) {
        nodes.add(NodeBuilder.intVector(name + "/size", size, size));
        return put(
                NodeBuilder.of(
                                method.equals("Nearest")
                                        ? "ResizeNearestNeighbor"
                                        : "ResizeBilinear",
                                name)
                        .input(in)
                        .input(name + "/size")
                        .type("T", FLOAT)
                        .bool("half_pixel_centers", true));
    }

    String flatten(String name, String in, int size) {
        nodes.add(NodeBuilder.intVector(name + "/shape", -1, size));
        return put(
                NodeBuilder.of("Reshape", name)
                        .input(in)
                        .input(name + "/shape")
                        .type("T", FLOAT)
                        .type("Tshape", DataType.DT_INT32));
    }

    /** The graph with these outputs, named {@code out0} and so on in the signature. */
    FlatGraph build(String... outputs) {
        var ports = new ArrayList<GraphSignature.Port>();
        for (int i = 0; i < outputs.length; i++) {
            ports.add(new GraphSignature.Port("out" + i, TensorRef.of(outputs[i]), FLOAT, null));
        }
        var inputs = new ArrayList<GraphSignature.Port>();
        inputs.add(input("images", "x", inputShape));
        inputs.addAll(others);
        return GraphEditor.of(
                        nodes,
                        new GraphSignature("serving_default", inputs, ports),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private String put(NodeBuilder node) {
        var built = node.build();
        nodes.add(built);
        return built.getName();
    }
}
