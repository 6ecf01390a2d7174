package io.pitlane.nas;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The nodes of a graph under construction, and the node that computes the output of each layer. */
final class LayerNodes {
    private static final float EPSILON = 1e-3f;

    private final List<NodeDef> nodes = new ArrayList<>();
    private final Map<String, String> outputs = new HashMap<>();

    List<NodeDef> nodes() {
        return List.copyOf(nodes);
    }

    /** Layers whose input is {@code name} read the output of this node. */
    void alias(String name, String node) {
        outputs.put(name, node);
    }

    private String output(String layer) {
        return outputs.getOrDefault(layer, layer);
    }

    void add(NodeBuilder node) {
        nodes.add(node.build());
    }

    void add(Layer layer) {
        if (layer instanceof Layer.Convolution conv) {
            add(conv);
        } else if (layer instanceof Layer.Depthwise depthwise) {
            add(depthwise);
        } else if (layer instanceof Layer.ActivationLayer activation) {
            add(activation);
        } else if (layer instanceof Layer.Sum sum) {
            binary("AddV2", sum.name(), output(sum.branch()), output(sum.shortcut()));
        } else if (layer instanceof Layer.ClassifierHead head) {
            add(head);
        }
    }

    private void add(Layer.Convolution conv) {
        int kernel = conv.kernel();
        int channels = conv.output().channels();
        var filter = zeros(kernel, kernel, conv.inChannels(), channels);
        convolve("Conv2D", conv.name(), conv.input(), filter, conv.stride());
        batchNorm(conv.name(), conv.name() + "/Conv2D", channels);
    }

    private void add(Layer.Depthwise depthwise) {
        int kernel = depthwise.kernel();
        int channels = depthwise.output().channels();
        var filter = zeros(kernel, kernel, channels, 1);
        convolve(
                "DepthwiseConv2dNative",
                depthwise.name(),
                depthwise.input(),
                filter,
                depthwise.stride());
        batchNorm(depthwise.name(), depthwise.name() + "/DepthwiseConv2dNative", channels);
    }

    private void convolve(String op, String name, String input, FloatTensor filter, int stride) {
        nodes.add(filter.toConst(name + "/kernel"));
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
        for (var parameter : List.of("scale", "offset", "mean", "variance")) {
            var values = new float[channels];
            Arrays.fill(values, parameter.equals("scale") || parameter.equals("variance") ? 1 : 0);
            nodes.add(new FloatTensor(values, channels).toConst(norm + "/" + parameter));
            node.input(norm + "/" + parameter);
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

    private void add(Layer.ActivationLayer activation) {
        var input = output(activation.input());
        switch (activation.activation()) {
            case RELU -> unary("Relu", activation.name(), input);
            case RELU6 -> unary("Relu6", activation.name(), input);
            case SWISH -> {
                // Ramachandran et al. 2017, "Searching for Activation Functions": x * sigmoid(x).
                unary("Sigmoid", activation.name() + "/sigmoid", input);
                binary("Mul", activation.name(), input, activation.name() + "/sigmoid");
            }
        }
    }

    private void add(Layer.ClassifierHead head) {
        nodes.add(NodeBuilder.intVector("pool/axes", 1, 2));
        add(
                NodeBuilder.of("Mean", "pool")
                        .input(output(head.input()))
                        .input("pool/axes")
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .bool("keep_dims", false));
        int classes = head.output().channels();
        nodes.add(zeros(head.inChannels(), classes).toConst(head.name() + "/kernel"));
        add(
                NodeBuilder.of("MatMul", head.name() + "/MatMul")
                        .input("pool")
                        .input(head.name() + "/kernel")
                        .type("T", DT_FLOAT)
                        .bool("transpose_a", false)
                        .bool("transpose_b", false));
        nodes.add(zeros(classes).toConst(head.name() + "/bias"));
        add(
                NodeBuilder.of("BiasAdd", head.name())
                        .input(head.name() + "/MatMul")
                        .input(head.name() + "/bias")
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

    /** Converts a tensor of another type to float32. */
    String cast(String name, String input, DataType from) {
        add(NodeBuilder.of("Cast", name).input(input).type("SrcT", from).type("DstT", DT_FLOAT));
        return name;
    }

    String reshape(String name, String input, int... shape) {
        return withOperand(
                "Reshape", name, input, "Tshape", NodeBuilder.intVector(name + "/shape", shape));
    }

    String transpose(String name, String input, int... order) {
        return withOperand(
                "Transpose", name, input, "Tperm", NodeBuilder.intVector(name + "/perm", order));
    }

    String expandLast(String name, String input) {
        return withOperand(
                "ExpandDims", name, input, "Tdim", NodeBuilder.intVector(name + "/dim", -1));
    }

    private String withOperand(
            String op, String name, String input, String typeAttribute, NodeDef operand) {
        nodes.add(operand);
        add(
                NodeBuilder.of(op, name)
                        .input(input)
                        .input(operand.getName())
                        .type("T", DT_FLOAT)
                        .type(typeAttribute, DT_INT32));
        return name;
    }
}
