package io.pitlane.graph.channels.dependency;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/** Builds small nets with random weights, layer by layer; each method returns its tensor's name. */
public final class TestNet {
    private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
    private final Random random = new Random(7);
    private final List<Long> inputShape;

    public TestNet(long... inputShape) {
        this.inputShape = LongStream.of(inputShape).boxed().toList();
        put(NodeBuilder.of("Placeholder", "x").type("dtype", DT_FLOAT).shape("shape", inputShape));
    }

    public String conv(String name, String in, int from, int to) {
        return conv(name, in, 3, from, to, 1, "NHWC");
    }

    public String conv(
            String name, String in, int size, int from, int to, int stride, String format) {
        weight(name + "/kernel", Math.sqrt(2.0 / (size * size * from)), size, size, from, to);
        return convWith(name, in, name + "/kernel", stride, format);
    }

    public String convWith(String name, String in, String kernel, int stride, String format) {
        boolean last = format.equals("NHWC");
        return put(
                NodeBuilder.of("Conv2D", name)
                        .input(in)
                        .input(kernel)
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, last ? stride : 1, stride, last ? 1 : stride)
                        .string("data_format", format)
                        .string("padding", "SAME"));
    }

    public String depthwise(String name, String in, int channels, int multiplier) {
        weight(name + "/kernel", 0.4, 3, 3, channels, multiplier);
        return put(
                NodeBuilder.of("DepthwiseConv2dNative", name)
                        .input(in)
                        .input(name + "/kernel")
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, 1, 1, 1)
                        .string("padding", "SAME"));
    }

    /** Doubles height and width, its output size computed from the shape of its input. */
    public String upConv(String name, String in, int size, int from, int to) {
        weight(name + "/kernel", 0.3, 2, 2, to, from);
        return put(
                NodeBuilder.of("Conv2DBackpropInput", name)
                        .input(shapeLike(name, in, 2 * size, 2 * size, to))
                        .input(name + "/kernel")
                        .input(in)
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, 2, 2, 1)
                        .string("padding", "SAME"));
    }

    /** Reshapes to a shape whose batch size is taken from the input when the net runs. */
    public String reshapeTo(String name, String in, int... perImage) {
        return op("Reshape", name, in, shapeLike(name, in, perImage));
    }

    /** A shape whose batch size is taken from the input when the net runs. */
    public String shapeLike(String name, String in, int... perImage) {
        op("Shape", name + "/in", in);
        part(name + "/n", name + "/in", 0);
        var pack =
                NodeBuilder.of("Pack", name + "/size")
                        .input(name + "/n")
                        .type("T", DT_INT32)
                        .integer("N", perImage.length + 1);
        for (int i = 0; i < perImage.length; i++) {
            pack.input(ints(name + "/size/" + i, perImage[i]));
        }
        return put(pack);
    }

    private void part(String name, String shape, int position) {
        vector(name + "/begin", position);
        vector(name + "/end", position + 1);
        vector(name + "/step", 1);
        put(
                NodeBuilder.of("StridedSlice", name)
                        .input(shape)
                        .input(name + "/begin")
                        .input(name + "/end")
                        .input(name + "/step")
                        .type("T", DT_INT32)
                        .type("Index", DT_INT32)
                        .integer("shrink_axis_mask", 1));
    }

    public String bias(String name, String in, int channels) {
        return bias(name, in, channels, "NHWC");
    }

    public String bias(String name, String in, int channels, String format) {
        weight(name + "/b", 0.3, channels);
        return put(
                NodeBuilder.of("BiasAdd", name)
                        .input(in)
                        .input(name + "/b")
                        .type("T", DT_FLOAT)
                        .string("data_format", format));
    }

    public String batchNorm(String name, String in, int channels) {
        weight(name + "/gamma", 1, channels);
        weight(name + "/beta", 0.3, channels);
        weight(name + "/mean", 0.3, channels);
        var variance = random(0.5, channels).map(v -> 0.5 + v * v);
        nodes.put(name + "/variance", variance.toConst(name + "/variance"));
        return put(
                NodeBuilder.of("FusedBatchNormV3", name)
                        .input(in)
                        .input(name + "/gamma")
                        .input(name + "/beta")
                        .input(name + "/mean")
                        .input(name + "/variance")
                        .type("T", DT_FLOAT)
                        .type("U", DT_FLOAT)
                        .number("epsilon", 0.001f)
                        .bool("is_training", false));
    }

    public String dense(String name, String in, int from, int to) {
        weight(name + "/kernel", Math.sqrt(2.0 / from), from, to);
        return put(
                NodeBuilder.of("MatMul", name)
                        .input(in)
                        .input(name + "/kernel")
                        .type("T", DT_FLOAT));
    }

    public String pool(String name, String in) {
        return put(
                NodeBuilder.of("MaxPool", name)
                        .input(in)
                        .type("T", DT_FLOAT)
                        .ints("ksize", 1L, 2, 2, 1)
                        .ints("strides", 1L, 2, 2, 1)
                        .string("padding", "SAME"));
    }

    public String relu(String in) {
        return op("Relu", in + "/relu", in);
    }

    /** Any op of float tensors that needs no more than its type. */
    public String op(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        Arrays.stream(inputs).forEach(node::input);
        return put(op.equals("ConcatV2") ? node.integer("N", inputs.length - 1) : node);
    }

    public String concat(String name, String... inputs) {
        ints(name + "/axis", 3);
        var all = Arrays.copyOf(inputs, inputs.length + 1);
        all[inputs.length] = name + "/axis";
        return op("ConcatV2", name, all);
    }

    public String globalMean(String name, String in, boolean keepDims) {
        vector(name + "/axes", 1, 2);
        return put(
                NodeBuilder.of("Mean", name)
                        .input(in)
                        .input(name + "/axes")
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .bool("keep_dims", keepDims));
    }

    public String reshape(String name, String in, int... shape) {
        vector(name + "/to", shape);
        return op("Reshape", name, in, name + "/to");
    }

    public String weight(String name, double scale, long... shape) {
        nodes.put(name, random(scale, shape).toConst(name));
        return name;
    }

    public void constant(String name, FloatTensor values) {
        nodes.put(name, values.toConst(name));
    }

    private FloatTensor random(double scale, long... shape) {
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return new FloatTensor(values, shape);
    }

    /** A scalar. */
    public String ints(String name, int value) {
        var vector = NodeBuilder.intVector(name, value);
        var tensor = vector.getAttrOrThrow("value").getTensor().toBuilder().clearTensorShape();
        tensor.setTensorShape(NodeBuilder.shapeProto());
        nodes.put(name, NodeBuilder.constant(name, tensor.build()));
        return name;
    }

    public String vector(String name, int... values) {
        nodes.put(name, NodeBuilder.intVector(name, values));
        return name;
    }

    /** Whole numbers in rows of two, as paddings are. */
    public String matrix(String name, int... values) {
        var flat =
                NodeBuilder.intVector(name, values).getAttrOrThrow("value").getTensor().toBuilder();
        flat.setTensorShape(NodeBuilder.shapeProto(values.length / 2, 2));
        nodes.put(name, NodeBuilder.constant(name, flat.build()));
        return name;
    }

    public String squeeze(String name, String in, long axis) {
        return put(
                NodeBuilder.of("Squeeze", name)
                        .input(in)
                        .type("T", DT_FLOAT)
                        .ints("squeeze_dims", new long[] {axis}));
    }

    public String put(NodeBuilder node) {
        var built = node.build();
        nodes.put(built.getName(), built);
        return built.getName();
    }

    public FlatGraph graph(String... outputs) {
        var in = new GraphSignature.Port("x", TensorRef.of("x"), DT_FLOAT, inputShape);
        var out =
                Arrays.stream(outputs)
                        .map(o -> new GraphSignature.Port(o, TensorRef.parse(o), DT_FLOAT, null))
                        .toList();
        return GraphEditor.of(
                        nodes.values(),
                        new GraphSignature("serving_default", List.of(in), out),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    /** Three images of noise, the same for every net of this input shape. */
    public FloatTensor images() {
        var shape = inputShape.stream().mapToLong(d -> d < 0 ? 3 : d).toArray();
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        var noise = new Random(11);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) noise.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }
}
