package io.pitlane.tests.endtoend;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Untrained models of kinds that people have. */
final class SampleModels {
    private SampleModels() {}

    /**
     * A small ResNet as TensorFlow 1.x exports it: reference variables, a signature of a name of
     * its own, and images {@code [batch, 32, 32, 3]} in a number that is part of the graph.
     */
    static void writeFixedBatch(Path folder, int batch) throws IOException {
        try (var graph = new Graph();
                var session = new Session(graph)) {
            var net = new VariableNet(Ops.create(graph));
            var images =
                    net.tf
                            .withName("images")
                            .placeholder(
                                    TFloat32.class, Placeholder.shape(Shape.of(batch, 32, 32, 3)));
            var x = net.conv("conv1", images, 3, 3, 16);
            x = net.plus(net.conv("conv3", net.conv("conv2", x, 3, 16, 16), 3, 16, 16), x);
            x = net.pool(net.conv("conv4", net.pool(x), 3, 16, 32));
            var flat = net.tf.reshape(x, net.tf.constant(new int[] {batch, 8 * 8 * 32}));
            var logits = net.tf.linalg.matMul(flat, net.variable("logits", 8 * 8 * 32, 10));
            var scores = net.tf.withName("scores").nn.softmax(logits);
            session.initialize();
            SavedModelBundle.exporter(folder.toString())
                    .withSession(session)
                    .withSignature(
                            Signature.builder("predict_images")
                                    .input("images", images)
                                    .output("scores", scores)
                                    .build())
                    .export();
        }
    }

    private record VariableNet(Ops tf, Random random) {
        VariableNet(Ops tf) {
            this(tf, new Random(11));
        }

        Operand<TFloat32> conv(String name, Operand<TFloat32> x, int size, int in, int out) {
            var kernel = variable(name, size, size, in, out);
            return tf.nn.relu(tf.nn.conv2d(x, kernel, List.of(1L, 1L, 1L, 1L), "SAME"));
        }

        Operand<TFloat32> plus(Operand<TFloat32> left, Operand<TFloat32> right) {
            return tf.math.add(left, right);
        }

        Operand<TFloat32> pool(Operand<TFloat32> x) {
            var two = tf.constant(new int[] {1, 2, 2, 1});
            return tf.nn.maxPool(x, two, two, "VALID");
        }

        /** Normal numbers, scaled for the last dimension but one and those before it. */
        Operand<TFloat32> variable(String name, long... shape) {
            var size = Shape.of(shape);
            var values = new float[(int) size.size()];
            double deviation = Math.sqrt(2.0 * size.get(-1) / size.size());
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
            }
            return tf.withSubScope(name)
                    .withName("kernel")
                    .variable(tf.constant(size, DataBuffers.of(values)));
        }
    }

    /** A frozen graph: the inference graph of a SavedModel, alone in a file. */
    static void writeFrozen(Path savedModel, Path file) throws IOException {
        var graph = SavedModelReader.read(savedModel);
        Files.write(file, graph.toGraphDef().toByteArray());
    }

    /**
     * A steering angle from a camera image {@code [N, 66, 200, 3]} and the speed {@code [N, 1]}
     * (after Bojarski et al. 2016, "End to End Learning for Self-Driving Cars").
     */
    static FlatGraph imageAndSpeed() {
        var net = new SampleNetwork(11);
        var x = net.input("image", -1, 66, 200, 3);
        x = net.relu("relu1", net.bias("bias1", net.conv("conv1", x, 5, 3, 24, 2), 24));
        x = net.relu("relu2", net.bias("bias2", net.conv("conv2", x, 5, 24, 36, 2), 36));
        x = net.relu("relu3", net.bias("bias3", net.conv("conv3", x, 5, 36, 48, 2), 48));
        x = net.relu("relu4", net.bias("bias4", net.conv("conv4", x, 3, 48, 64, 2), 64));
        x = net.reshape("flatten", x, -1, 5 * 13 * 64);
        x = net.relu("relu5", net.bias("bias5", net.dense("dense1", x, 5 * 13 * 64, 100), 100));
        x = net.concat("joined", 1, x, net.input("speed", -1, 1));
        x = net.relu("relu6", net.bias("bias6", net.dense("dense2", x, 101, 50), 50));
        x = net.bias("bias7", net.dense("dense3", x, 50, 1), 1);
        return net.output("angle", x, -1, 1).build();
    }

    /**
     * A classifier of spectrograms {@code [N, 96, 64]}, frames by bands: convolutions over time, as
     * Keras exports Conv1D.
     */
    static FlatGraph spectrogram() {
        var net = new SampleNetwork(11);
        var x = net.input("spectrogram", -1, 96, 64);
        int channels = 64;
        for (int layer = 1; layer <= 3; layer++) {
            int out = 16 << layer;
            x = overTime(net, "conv" + layer, x, channels, out, layer == 1 ? 1 : 2);
            x = net.relu("relu" + layer, net.bias("bias" + layer, x, out));
            channels = out;
        }
        x =
                net.add(
                        NodeBuilder.of("Mean", "average")
                                .input(x)
                                .input(net.ints("average/axis", 1))
                                .type("T", DT_FLOAT)
                                .type("Tidx", DT_INT32));
        x = net.bias("scores/bias", net.dense("scores/dense", x, channels, 10), 10);
        return net.output("scores", net.softmax("softmax", x), -1, 10).build();
    }

    private static String overTime(
            SampleNetwork net, String name, String x, int in, int out, int stride) {
        var image =
                net.add(
                        NodeBuilder.of("ExpandDims", name + "/ExpandDims")
                                .input(x)
                                .input(net.scalar(name + "/dim", 1))
                                .type("T", DT_FLOAT)
                                .type("Tdim", DT_INT32));
        var kernel = net.weights(name + "/kernel", 0, Math.sqrt(2.0 / (3 * in)), 1, 3, in, out);
        var conv =
                net.add(
                        NodeBuilder.of("Conv2D", name + "/Conv2D")
                                .input(image)
                                .input(kernel)
                                .type("T", DT_FLOAT)
                                .ints("strides", 1L, 1, stride, 1)
                                .string("padding", "SAME")
                                .string("data_format", "NHWC"));
        return net.add(
                NodeBuilder.of("Squeeze", name + "/Squeeze")
                        .input(conv)
                        .type("T", DT_FLOAT)
                        .ints("squeeze_dims", 1L));
    }
}
