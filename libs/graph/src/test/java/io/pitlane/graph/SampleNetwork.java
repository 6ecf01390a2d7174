package io.pitlane.graph;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

/**
 * Builds a network layer by layer with weights drawn from a seed. A method takes the name of the
 * tensor it works on and returns that of its result.
 *
 * <pre>{@code
 * var net = new SampleNetwork(7);
 * var x = net.input("image", -1, 8, 8, 3);
 * x = net.relu("relu1", net.bias("bias1", net.conv("conv1", x, 3, 3, 8, 1), 8));
 * FlatGraph graph = net.output("scores", x, -1, 8, 8, 8).build();
 * }</pre>
 */
public final class SampleNetwork {
    private final Random random;
    private final List<NodeDef> nodes = new ArrayList<>();
    private final List<GraphSignature.Port> inputs = new ArrayList<>();
    private final List<GraphSignature.Port> outputs = new ArrayList<>();

    public SampleNetwork(long seed) {
        this.random = new Random(seed);
    }

    public String input(String name, long... shape) {
        inputs.add(port(name, name, shape));
        return add(
                NodeBuilder.of("Placeholder", name).type("dtype", DT_FLOAT).shape("shape", shape));
    }

    public SampleNetwork output(String portName, String tensor, long... shape) {
        outputs.add(port(portName, tensor, shape));
        return this;
    }

    public FlatGraph build() {
        inputs.sort(Comparator.comparing(GraphSignature.Port::name));
        outputs.sort(Comparator.comparing(GraphSignature.Port::name));
        return GraphEditor.of(
                        nodes,
                        new GraphSignature("serving_default", inputs, outputs),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    /** Adds any node; the name of its output 0. */
    public String add(NodeBuilder node) {
        nodes.add(node.build());
        return node.build().getName();
    }

    /** A Const of normal numbers times {@code scale}, plus {@code mean}. */
    public String weights(String name, double mean, double scale, long... shape) {
        var values = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + scale * random.nextGaussian());
        }
        nodes.add(new FloatTensor(values, shape).toConst(name));
        return name;
    }

    /** A Const of given values. */
    public String values(String name, float[] values, long... shape) {
        nodes.add(new FloatTensor(values, shape).toConst(name));
        return name;
    }

    /** A Const of an int32 vector. */
    public String ints(String name, int... values) {
        nodes.add(NodeBuilder.intVector(name, values));
        return name;
    }

    /** Conv2D with padding SAME and a Const {@code name/kernel [k, k, in, out]}. */
    public String conv(String name, String x, int size, int in, int out, int stride) {
        var kernel =
                weights(
                        name + "/kernel",
                        0,
                        Math.sqrt(2.0 / (size * size * in)),
                        size,
                        size,
                        in,
                        out);
        return add(
                floats("Conv2D", name, x, kernel)
                        .ints("strides", 1L, stride, stride, 1)
                        .string("padding", "SAME")
                        .string("data_format", "NHWC"));
    }

    public String depthwise(String name, String x, int size, int channels, int multiplier) {
        var kernel = weights(name + "/kernel", 0, 1.0 / size, size, size, channels, multiplier);
        return add(
                floats("DepthwiseConv2dNative", name, x, kernel)
                        .ints("strides", 1L, 1, 1, 1)
                        .string("padding", "SAME")
                        .string("data_format", "NHWC"));
    }

    /** Conv2DBackpropInput that doubles height and width: the output's shape is computed. */
    public String upConv(String name, String x, int height, int width, int in, int out) {
        var kernel = weights(name + "/kernel", 0, Math.sqrt(1.0 / in), 2, 2, out, in);
        var shape =
                add(
                        NodeBuilder.of("Shape", name + "/Shape")
                                .input(x)
                                .type("T", DT_FLOAT)
                                .type("out_type", DT_INT32));
        var batch =
                add(
                        NodeBuilder.of("StridedSlice", name + "/batch")
                                .input(shape)
                                .input(ints(name + "/begin", 0))
                                .input(ints(name + "/end", 1))
                                .input(ints(name + "/stride", 1))
                                .type("T", DT_INT32)
                                .type("Index", DT_INT32)
                                .integer("shrink_axis_mask", 1));
        var sizes =
                add(
                        NodeBuilder.of("Pack", name + "/sizes")
                                .input(batch)
                                .input(scalar(name + "/height", 2 * height))
                                .input(scalar(name + "/width", 2 * width))
                                .input(scalar(name + "/channels", out))
                                .type("T", DT_INT32)
                                .integer("N", 4)
                                .integer("axis", 0));
        return add(
                floats("Conv2DBackpropInput", name, sizes, kernel)
                        .input(x)
                        .ints("strides", 1L, 2, 2, 1)
                        .string("padding", "SAME")
                        .string("data_format", "NHWC"));
    }

    /** A Const of an int32 scalar. */
    public String scalar(String name, int value) {
        var proto =
                TensorProto.newBuilder()
                        .setDtype(DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto())
                        .addIntVal(value)
                        .build();
        nodes.add(NodeBuilder.constant(name, proto));
        return name;
    }

    public String dense(String name, String x, int in, int out) {
        var kernel = weights(name + "/kernel", 0, Math.sqrt(2.0 / in), in, out);
        return add(
                floats("MatMul", name, x, kernel)
                        .bool("transpose_a", false)
                        .bool("transpose_b", false));
    }

    public String bias(String name, String x, int channels) {
        return add(
                floats("BiasAdd", name, x, weights(name + "/bias", 0, 0.2, channels))
                        .string("data_format", "NHWC"));
    }

    /** FusedBatchNormV3 for inference, its variances between 0.5 and 1.5. */
    public String batchNorm(String name, String x, int channels) {
        var node =
                NodeBuilder.of("FusedBatchNormV3", name)
                        .input(x)
                        .input(weights(name + "/gamma", 1, 0.2, channels))
                        .input(weights(name + "/beta", 0, 0.2, channels))
                        .input(weights(name + "/mean", 0, 0.2, channels))
                        .input(weights(name + "/variance", 1, 0.1, channels))
                        .type("T", DT_FLOAT)
                        .type("U", DT_FLOAT)
                        .number("epsilon", 1e-3f)
                        .bool("is_training", false)
                        .string("data_format", "NHWC");
        return add(node);
    }

    /** Batch norm as it comes out of a Keras 3 export: a constant factor and a constant summand. */
    public String mulAdd(String name, String x, int channels) {
        var scaled =
                add(floats("Mul", name + "/mul", x, weights(name + "/factor", 1, 0.2, channels)));
        return add(
                floats(
                        "AddV2",
                        name + "/add",
                        scaled,
                        weights(name + "/offset", 0, 0.2, channels)));
    }

    public String relu(String name, String x) {
        return add(floats("Relu", name, x));
    }

    public String relu6(String name, String x) {
        return add(floats("Relu6", name, x));
    }

    public String softmax(String name, String x) {
        return add(floats("Softmax", name, x));
    }

    public String plus(String name, String left, String right) {
        return add(floats("AddV2", name, left, right));
    }

    /** MaxPool of 2x2 at stride 2. */
    public String pool(String name, String x) {
        return add(
                floats("MaxPool", name, x)
                        .ints("ksize", 1L, 2, 2, 1)
                        .ints("strides", 1L, 2, 2, 1)
                        .string("padding", "VALID")
                        .string("data_format", "NHWC"));
    }

    public String globalAverage(String name, String x) {
        return add(
                NodeBuilder.of("Mean", name)
                        .input(x)
                        .input(ints(name + "/axes", 1, 2))
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .bool("keep_dims", false));
    }

    public String reshape(String name, String x, int... shape) {
        return add(
                NodeBuilder.of("Reshape", name)
                        .input(x)
                        .input(ints(name + "/shape", shape))
                        .type("T", DT_FLOAT)
                        .type("Tshape", DT_INT32));
    }

    /** Along the last axis of images. */
    public String concat(String name, String... parts) {
        return concat(name, 3, parts);
    }

    public String concat(String name, int dimension, String... parts) {
        var axis = scalar(name + "/axis", dimension);
        var node = NodeBuilder.of("ConcatV2", name);
        for (var part : parts) {
            node.input(part);
        }
        return add(
                node.input(axis)
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .integer("N", parts.length));
    }

    private static NodeBuilder floats(String op, String name, String... ins) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        for (var in : ins) {
            node.input(in);
        }
        return node;
    }

    private static GraphSignature.Port port(String name, String tensor, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(tensor), DT_FLOAT, LongStream.of(shape).boxed().toList());
    }
}
