package io.pitlane.training.example;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

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
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/**
 * The small CNN of the example, untrained: three 3x3 convolutions of 32, 64 and 64 channels, the
 * first two followed by 2x2 max pooling, then dense 64 and dense 10 with softmax. Weights are
 * initialised as in He et al. 2015, "Delving Deep into Rectifiers", biases with 0.
 */
final class BaselineModel {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final int GRAPH_VERSION = 1882;

    private final List<NodeDef> nodes = new ArrayList<>();
    private final Random random;

    private BaselineModel(long seed) {
        random = new Random(seed);
    }

    /** From images {@code [N, 28, 28, 1]} in 0..1 to probabilities {@code [N, 10]}. */
    static FlatGraph untrained(long seed) {
        return new BaselineModel(seed).build();
    }

    private FlatGraph build() {
        nodes.add(
                NodeBuilder.of("Placeholder", "image")
                        .type("dtype", DT_FLOAT)
                        .shape("shape", -1, SIDE, SIDE, 1)
                        .build());
        var pool1 = maxPool(convolution("image", "conv1", 1, 32), "pool1");
        var pool2 = maxPool(convolution(pool1, "conv2", 32, 64), "pool2");
        var conv3 = convolution(pool2, "conv3", 64, 64);
        int features = (SIDE / 4) * (SIDE / 4) * 64;
        var dense1 = relu(dense(flatten(conv3, features), "dense1", features, 64), "dense1");
        var logits = dense(dense1, "dense2", 64, CLASSES);
        nodes.add(
                NodeBuilder.of("Softmax", "probabilities")
                        .input(logits)
                        .type("T", DT_FLOAT)
                        .build());
        return GraphEditor.of(
                        nodes,
                        new GraphSignature(
                                "serving_default",
                                List.of(port("image", -1, SIDE, SIDE, 1)),
                                List.of(port("probabilities", -1, CLASSES))),
                        VersionDef.newBuilder().setProducer(GRAPH_VERSION).build())
                .build();
    }

    private static GraphSignature.Port port(String name, long... shape) {
        var dimensions = Arrays.stream(shape).boxed().toList();
        return new GraphSignature.Port(name, TensorRef.of(name), DT_FLOAT, dimensions);
    }

    private String convolution(String input, String name, int from, int to) {
        nodes.add(he(9 * from, 3, 3, from, to).toConst(name + "/kernel"));
        nodes.add(
                NodeBuilder.of("Conv2D", name + "/Conv2D")
                        .input(input)
                        .input(name + "/kernel")
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, 1L, 1L, 1L)
                        .string("padding", "SAME")
                        .build());
        return relu(biasAdd(name + "/Conv2D", name, to), name);
    }

    private String dense(String input, String name, int from, int to) {
        nodes.add(he(from, from, to).toConst(name + "/kernel"));
        nodes.add(
                NodeBuilder.of("MatMul", name + "/MatMul")
                        .input(input)
                        .input(name + "/kernel")
                        .type("T", DT_FLOAT)
                        .build());
        return biasAdd(name + "/MatMul", name, to);
    }

    private String biasAdd(String input, String name, int channels) {
        nodes.add(new FloatTensor(new float[channels], channels).toConst(name + "/bias"));
        nodes.add(
                NodeBuilder.of("BiasAdd", name + "/BiasAdd")
                        .input(input)
                        .input(name + "/bias")
                        .type("T", DT_FLOAT)
                        .build());
        return name + "/BiasAdd";
    }

    private String relu(String input, String name) {
        nodes.add(NodeBuilder.of("Relu", name + "/Relu").input(input).type("T", DT_FLOAT).build());
        return name + "/Relu";
    }

    private String maxPool(String input, String name) {
        nodes.add(
                NodeBuilder.of("MaxPool", name)
                        .input(input)
                        .type("T", DT_FLOAT)
                        .ints("ksize", 1L, 2L, 2L, 1L)
                        .ints("strides", 1L, 2L, 2L, 1L)
                        .string("padding", "VALID")
                        .build());
        return name;
    }

    private String flatten(String input, int features) {
        nodes.add(NodeBuilder.intVector("flatten/shape", -1, features));
        nodes.add(
                NodeBuilder.of("Reshape", "flatten")
                        .input(input)
                        .input("flatten/shape")
                        .type("T", DT_FLOAT)
                        .type("Tshape", DT_INT32)
                        .build());
        return "flatten";
    }

    private FloatTensor he(int inputs, long... shape) {
        double deviation = Math.sqrt(2.0 / inputs);
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return new FloatTensor(values, shape);
    }
}
