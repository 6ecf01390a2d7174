package io.pitlane.bench;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.VersionDef;

/**
 * A classifier of 8x8 colour images: convolution 3x3, ReLU, mean over the image, dense, no softmax.
 *
 * @param batch images a call; -1 for any number
 * @param filters of the convolution
 * @param noise added to every weight of the convolution, as a share of its size
 * @param gain factor on the dense weights
 */
record TinyClassifier(long batch, int filters, double noise, float gain) {
    static final int SIZE = 8;
    static final int CLASSES = 6;
    static final TinyClassifier ORIGINAL = new TinyClassifier(-1, 16, 0, 1);

    TinyClassifier noisy(double share) {
        return new TinyClassifier(batch, filters, share, gain);
    }

    TinyClassifier withGain(float factor) {
        return new TinyClassifier(batch, filters, noise, factor);
    }

    TinyClassifier ofBatch(long images) {
        return new TinyClassifier(images, filters, noise, gain);
    }

    /** Parameters by hand: two layers without bias. */
    long parameters() {
        return 3 * 3 * 3 * filters + (long) filters * CLASSES;
    }

    /** Multiply-accumulates by hand: SAME padding keeps 8x8. */
    long macs() {
        return SIZE * SIZE * 3 * 3 * 3 * (long) filters + (long) filters * CLASSES;
    }

    FlatGraph graph() {
        var conv = weights(7, 0.2f, 3, 3, 3, filters);
        var shaken = shaken(conv);
        var dense = weights(11, gain, filters, CLASSES);
        return GraphEditor.of(
                        List.of(
                                NodeBuilder.of("Placeholder", "images")
                                        .type("dtype", DT_FLOAT)
                                        .shape("shape", batch, SIZE, SIZE, 3)
                                        .build(),
                                shaken.toConst("conv/kernel"),
                                node("Conv2D", "conv", "images", "conv/kernel")
                                        .ints("strides", 1L, 1L, 1L, 1L)
                                        .string("padding", "SAME")
                                        .build(),
                                node("Relu", "relu", "conv").build(),
                                NodeBuilder.intVector("axes", 1, 2),
                                node("Mean", "mean", "relu", "axes").type("Tidx", DT_INT32).build(),
                                dense.toConst("dense/kernel"),
                                node("MatMul", "logits", "mean", "dense/kernel").build()),
                        signature(),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private GraphSignature signature() {
        return new GraphSignature(
                "serving_default",
                List.of(port("image", "images", batch, SIZE, SIZE, 3)),
                List.of(port("scores", "logits", batch, CLASSES)));
    }

    private static GraphSignature.Port port(String name, String node, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(node), DT_FLOAT, Arrays.stream(shape).boxed().toList());
    }

    private static NodeBuilder node(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        for (var input : inputs) {
            node.input(input);
        }
        return node;
    }

    private FloatTensor shaken(FloatTensor weights) {
        var random = new Random(3);
        return weights.map(w -> w * (1 + noise * random.nextGaussian()));
    }

    private static FloatTensor weights(long seed, float deviation, int... shape) {
        var random = new Random(seed);
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = deviation * (float) random.nextGaussian();
        }
        return new FloatTensor(values, Arrays.stream(shape).asLongStream().toArray());
    }
}
