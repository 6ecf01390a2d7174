package io.pitlane.training;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
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
 * Models and images small enough to check by hand: a convolution with batch norm and a dense layer
 * on grey images of 6x6, three classes, a stripe at a different position for each.
 */
public final class TinyModels {
    static final int CLASSES = 3;
    private static final int SIDE = 6;
    private static final int CHANNELS = 4;

    private TinyModels() {}

    /** A classifier with this output activation; null for logits. */
    public static FlatGraph classifier(long seed, String activation) {
        return classifier(seed, activation, -1);
    }

    static FlatGraph classifier(long seed, String activation, long batch) {
        var random = new Random(seed);
        int features = SIDE * SIDE * CHANNELS;
        var nodes = new ArrayList<NodeDef>();
        nodes.add(
                NodeBuilder.of("Placeholder", "x")
                        .type("dtype", DT_FLOAT)
                        .shape("shape", batch, SIDE, SIDE, 1)
                        .build());
        nodes.add(weight(random, 0.5, 3, 3, 1, CHANNELS).toConst("conv/kernel"));
        nodes.add(weight(random, 0.2, CHANNELS).map(v -> 1 + v).toConst("bn/gamma"));
        nodes.add(weight(random, 0.2, CHANNELS).toConst("bn/beta"));
        nodes.add(weight(random, 0.2, CHANNELS).toConst("bn/mean"));
        nodes.add(weight(random, 0.2, CHANNELS).map(v -> 1 + v * v).toConst("bn/variance"));
        nodes.add(weight(random, 0.1, features, CLASSES).toConst("dense/kernel"));
        nodes.add(weight(random, 0.1, CLASSES).toConst("dense/bias"));
        nodes.add(NodeBuilder.intVector("shape", -1, features));
        nodes.add(
                op("Conv2D", "conv", "x", "conv/kernel")
                        .ints("strides", 1L, 1L, 1L, 1L)
                        .string("padding", "SAME")
                        .build());
        nodes.add(
                op(
                                "FusedBatchNormV3",
                                "bn",
                                "conv",
                                "bn/gamma",
                                "bn/beta",
                                "bn/mean",
                                "bn/variance")
                        .type("U", DT_FLOAT)
                        .bool("is_training", false)
                        .number("epsilon", 0.001f)
                        .build());
        nodes.add(op("Elu", "elu", "bn").build());
        nodes.add(op("Reshape", "flat", "elu", "shape").type("Tshape", DT_INT32).build());
        nodes.add(op("MatMul", "dense", "flat", "dense/kernel").build());
        nodes.add(op("BiasAdd", "logits", "dense", "dense/bias").build());
        if (activation != null) {
            nodes.add(op(activation, "out", "logits").build());
        }
        return graph(nodes, activation == null ? "logits" : "out", batch);
    }

    private static FlatGraph graph(List<NodeDef> nodes, String output, long batch) {
        long side = SIDE;
        var in =
                new GraphSignature.Port(
                        "in", TensorRef.of("x"), DT_FLOAT, List.of(batch, side, side, 1L));
        var out =
                new GraphSignature.Port(
                        "out", TensorRef.of(output), DT_FLOAT, List.of(batch, (long) CLASSES));
        return GraphEditor.of(
                        nodes,
                        new GraphSignature("serving_default", List.of(in), List.of(out)),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private static NodeBuilder op(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        Arrays.stream(inputs).forEach(node::input);
        return node;
    }

    private static FloatTensor weight(Random random, double deviation, long... shape) {
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return new FloatTensor(values, shape);
    }

    /** Noisy images with a bright stripe of two rows, at a position per class. */
    public static ImageSet stripes(int count, long seed, boolean labelled) {
        var random = new Random(seed);
        var images = new ArrayList<Image>();
        var labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(CLASSES);
            var pixels = new byte[SIDE * SIDE];
            for (int p = 0; p < pixels.length; p++) {
                boolean lit = p / SIDE / 2 == labels[i];
                pixels[p] = (byte) (random.nextInt(100) + (lit ? 120 : 0));
            }
            images.add(new Image(SIDE, SIDE, 1, pixels));
        }
        return ImageSet.of(images, labelled ? labels : null);
    }

    public static Preprocessor preprocessor(FlatGraph graph) {
        var spec = InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
        return Preprocessor.of(spec, graph.signature().inputs().get(0));
    }
}
