package io.pitlane.nas;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.NodeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Makes the nodes of layers; remembers which node gives what a layer is known for. */
final class LayerNodes {
    private static final float EPSILON = 1e-3f;

    private final List<NodeDef> made = new ArrayList<>();
    private final Map<String, String> outputs = new HashMap<>();

    List<NodeDef> made() {
        return List.copyOf(made);
    }

    /** Lets layers that take {@code name} take that node. */
    void rename(String name, String node) {
        outputs.put(name, node);
    }

    private String output(String layer) {
        return outputs.getOrDefault(layer, layer);
    }

    void add(NodeBuilder node) {
        made.add(node.build());
    }

    void add(Layer layer) {
        if (layer instanceof Layer.Convolution conv) {
            add(conv);
        } else if (layer instanceof Layer.Depthwise depthwise) {
            add(depthwise);
        } else if (layer instanceof Layer.Activated activated) {
            add(activated);
        } else if (layer instanceof Layer.Sum sum) {
            binary("AddV2", sum.name(), output(sum.branch()), output(sum.shortcut()));
        } else if (layer instanceof Layer.Scores scores) {
            add(scores);
        }
    }

    private void add(Layer.Convolution conv) {
        int kernel = conv.kernel();
        int channels = conv.output().channels();
        var filter = zeros(kernel, kernel, conv.inChannels(), channels);
        filtered("Conv2D", conv.name(), conv.input(), filter, conv.stride());
        batchNorm(conv.name(), conv.name() + "/Conv2D", channels);
    }

    private void add(Layer.Depthwise depthwise) {
        int kernel = depthwise.kernel();
        int channels = depthwise.output().channels();
        var filter = zeros(kernel, kernel, channels, 1);
        filtered(
                "DepthwiseConv2dNative",
                depthwise.name(),
                depthwise.input(),
                filter,
                depthwise.stride());
        batchNorm(depthwise.name(), depthwise.name() + "/DepthwiseConv2dNative", channels);
    }

    private void filtered(String op, String name, String input, FloatTensor filter, int stride) {
        made.add(filter.toConst(name + "/kernel"));
        add(
                NodeBuilder.of(op, name + "/" + op)
                        .input(output(input))
                        .input(name + "/kernel")
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, stride, stride, 1)
                        .string("padding", "SAME")
                        .string("data_format", "NHWC"));
    }

    private void batchNorm(String name, String input, int channels) {
        var norm = name + "/batch_norm";
        var node = NodeBuilder.of("FusedBatchNormV3", norm).input(input);
        for (var part : List.of("scale", "offset", "mean", "variance")) {
            var values = new float[channels];
            Arrays.fill(values, part.equals("scale") || part.equals("variance") ? 1 : 0);
            made.add(new FloatTensor(values, channels).toConst(norm + "/" + part));
            node.input(norm + "/" + part);
        }
        add(
                node.type("T", DT_FLOAT)
                        .type("U", DT_FLOAT)
                        .number("epsilon", EPSILON)
                        .number("exponential_avg_factor", 1)
                        .string("data_format", "NHWC")
                        .bool("is_training", false));
        outputs.put(name, norm);
    }

    private void add(Layer.Activated activated) {
        var input = output(activated.input());
        switch (activated.activation()) {
            case RELU -> unary("Relu", activated.name(), input);
            case RELU6 -> unary("Relu6", activated.name(), input);
            case SWISH -> {
                // Ramachandran et al. 2017, "Searching for Activation Functions": x * sigmoid(x).
                unary("Sigmoid", activated.name() + "/sigmoid", input);
                binary("Mul", activated.name(), input, activated.name() + "/sigmoid");
            }
        }
    }

    private void add(Layer.Scores scores) {
        made.add(NodeBuilder.intVector("pool/axes", 1, 2));
        add(
                NodeBuilder.of("Mean", "pool")
                        .input(output(scores.input()))
                        .input("pool/axes")
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .bool("keep_dims", false));
        int classes = scores.output().channels();
        made.add(zeros(scores.inChannels(), classes).toConst(scores.name() + "/kernel"));
        add(
                NodeBuilder.of("MatMul", scores.name() + "/MatMul")
                        .input("pool")
                        .input(scores.name() + "/kernel")
                        .type("T", DT_FLOAT)
                        .bool("transpose_a", false)
                        .bool("transpose_b", false));
        made.add(zeros(classes).toConst(scores.name() + "/bias"));
        add(
                NodeBuilder.of("BiasAdd", scores.name())
                        .input(scores.name() + "/MatMul")
                        .input(scores.name() + "/bias")
                        .type("T", DT_FLOAT)
                        .string("data_format", "NHWC"));
    }

    private static FloatTensor zeros(long... shape) {
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        return new FloatTensor(new float[size], shape);
    }

    String unary(String op, String name, String input) {
        add(NodeBuilder.of(op, name).input(input).type("T", DT_FLOAT));
        return name;
    }

    private void binary(String op, String name, String left, String right) {
        add(NodeBuilder.of(op, name).input(left).input(right).type("T", DT_FLOAT));
    }

    /** Numbers of another type as floats. */
    String cast(String name, String input, DataType from) {
        add(NodeBuilder.of("Cast", name).input(input).type("SrcT", from).type("DstT", DT_FLOAT));
        return name;
    }

    String reshape(String name, String input, int... shape) {
        return shaped(
                "Reshape", name, input, "Tshape", NodeBuilder.intVector(name + "/shape", shape));
    }

    String transpose(String name, String input, int... order) {
        return shaped(
                "Transpose", name, input, "Tperm", NodeBuilder.intVector(name + "/perm", order));
    }

    String expandLast(String name, String input) {
        return shaped("ExpandDims", name, input, "Tdim", NodeBuilder.intVector(name + "/dim", -1));
    }

    private String shaped(String op, String name, String input, String type, NodeDef by) {
        made.add(by);
        add(
                NodeBuilder.of(op, name)
                        .input(input)
                        .input(by.getName())
                        .type("T", DT_FLOAT)
                        .type(type, DT_INT32));
        return name;
    }
}
