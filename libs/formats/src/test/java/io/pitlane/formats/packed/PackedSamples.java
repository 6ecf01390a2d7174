package io.pitlane.formats.packed;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.WeightQuantization;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.tensorflow.proto.NodeDef;

/** One network with weights as each technique leaves them. */
final class PackedSamples {
    private static final int LARGE = 500;

    private PackedSamples() {}

    /** Weights as they are trained: images [N, 16, 16, 3] to 10 scores. */
    static FlatGraph floats() {
        var net = new SampleNetwork(5);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu("relu1", net.bias("bias1", net.conv("conv1", x, 3, 3, 24, 1), 24));
        x = net.pool("pool1", x);
        x = net.relu("relu2", net.bias("bias2", net.conv("conv2", x, 3, 24, 32, 1), 32));
        x = net.pool("pool2", x);
        x = net.reshape("flatten", x, -1, 4 * 4 * 32);
        x = net.relu("relu3", net.bias("bias3", net.dense("dense1", x, 4 * 4 * 32, 64), 64));
        x = net.bias("bias4", net.dense("dense2", x, 64, 10), 10);
        return net.output("scores", net.softmax("softmax", x), -1, 10).build();
    }

    /** Every layer's weights behind a fake quantization to 8 bits, one scale an output channel. */
    static FlatGraph int8() {
        var graph = floats();
        var edit = graph.edit();
        for (var node : graph.nodes()) {
            if (isKernel(graph, node)) {
                var weights = FloatTensor.of(node);
                var quantized = WeightQuantization.of(weights, weights.rank() - 1);
                edit.put(quantized.rounded().toConst(node.getName()));
                var rounded =
                        FakeQuantization.add(
                                edit,
                                node.getName() + "/quantized",
                                TensorRef.of(node.getName()),
                                quantized.quantization());
                graph.uses(node.getName())
                        .forEach(u -> edit.setInput(u.consumer().getName(), u.slot(), rounded));
            }
        }
        return edit.build();
    }

    /** Nine of ten weights are 0, every other of them -0. */
    static FlatGraph pruned() {
        return changed(
                floats(),
                weights -> {
                    var magnitudes = new float[weights.values().length];
                    for (int i = 0; i < magnitudes.length; i++) {
                        magnitudes[i] = Math.abs(weights.values()[i]);
                    }
                    Arrays.sort(magnitudes);
                    float threshold = magnitudes[magnitudes.length * 9 / 10];
                    return weights.map(v -> Math.abs(v) < threshold ? 0 * v : v);
                });
    }

    /** Each layer's weights are one of 16 values. */
    static FlatGraph clustered() {
        return changed(
                floats(), weights -> weights.map(v -> Math.tanh(Math.rint(v * 9) / 3 + 0.05) / 7));
    }

    /** Integers times a step, most of them 0, as training for rate leaves them. */
    static FlatGraph steps() {
        float step = 0.0731f;
        return changed(
                pruned(), weights -> weights.map(v -> step * (float) Math.rint(v / step / 2)));
    }

    /** The same model after some more training: every weight has moved a little. */
    static FlatGraph retrained(FlatGraph graph, double by) {
        var random = new Random(3);
        return changed(graph, w -> w.map(v -> v * (1 + by * random.nextGaussian())));
    }

    /** The same quantized model with some weights a step higher or lower. */
    static FlatGraph movedBySteps(FlatGraph graph, double share) {
        var random = new Random(4);
        var edit = graph.edit();
        for (var node : graph.nodes()) {
            FakeQuantization.of(graph, node)
                    .ifPresent(
                            grid -> {
                                var constant = graph.input(node, 0);
                                var moved =
                                        grid.integers(FloatTensor.of(constant))
                                                .map(
                                                        code ->
                                                                random.nextDouble() < share
                                                                        ? code
                                                                                + random.nextInt(3)
                                                                                - 1
                                                                        : code);
                                edit.put(values(grid, moved).toConst(constant.getName()));
                            });
        }
        return edit.build();
    }

    private static FloatTensor values(Quantization grid, FloatTensor codes) {
        var values = new float[codes.values().length];
        for (int i = 0; i < values.length; i++) {
            int code = Math.max(grid.lowest(), Math.min(grid.highest(), (int) codes.values()[i]));
            values[i] = grid.dequantize(code, i % grid.limits().length);
        }
        return new FloatTensor(values, codes.shape());
    }

    /** Other values in the weights of every layer. */
    static FlatGraph changed(FlatGraph graph, UnaryOperator<FloatTensor> change) {
        var edit = graph.edit();
        graph.nodes().stream()
                .filter(node -> isKernel(graph, node))
                .forEach(
                        node ->
                                edit.put(
                                        change.apply(FloatTensor.of(node))
                                                .toConst(node.getName())));
        return edit.build();
    }

    private static boolean isKernel(FlatGraph graph, NodeDef node) {
        return FloatTensor.isFloatConst(node) && FloatTensor.of(node).values().length > LARGE;
    }
}
