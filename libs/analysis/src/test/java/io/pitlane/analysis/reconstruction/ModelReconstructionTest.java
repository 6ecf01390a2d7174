package io.pitlane.analysis.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.reconstruction.ModelReconstruction.Restored;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.ReconstructionResult.LayerError;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.pruning.Reconstruction.Method;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.NodeDef;

class ModelReconstructionTest {
    private static final int IMAGES = 40;
    private static final Reconstruction WITHOUT_RIDGE =
            new Reconstruction(Method.LEAST_SQUARES, IMAGES, 1e-9, true, null);

    @TempDir static Path folder;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void channelsThatTheOthersDetermineAreReplacedExactly() {
        // Given
        var net = new TestNet(-1, 8, 8, 2);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 2, 8), 8));
        var c2 = net.relu(net.bias("b2", net.conv("c2", c1, 8, 6), 6));
        var before = withHalvedCopies(net.graph(net.conv("c3", c2, 6, 4)), "c1/kernel", "b1/b");
        var pruned =
                new ChannelPruning(FilterSaliency.L1.with(ChannelScores.DEFAULT), firstGroup(4))
                        .prune(before);

        // When
        var restored = reconstruct(pruned, WITHOUT_RIDGE);

        // Then
        assertThat(distance(before, pruned.graph())).isGreaterThan(0.01);
        assertThat(distance(before, restored.graph())).isLessThan(1e-6);
        assertThat(restored.layers().get(0).layer()).isEqualTo("c2");
        assertThat(restored.layers().get(0).after()).isLessThan(1e-6);
    }

    @Test
    void noLayerOfANetWithEveryKindOfBranchIsWorseThanTheCut() {
        // Given
        var before = branches();
        var pruned = new ChannelPruning(0.5).prune(before);

        // When
        var restored = reconstruct(pruned, Reconstruction.DEFAULT);

        // Then
        assertThat(restored.layers())
                .extracting(LayerError::layer)
                .containsExactlyInAnyOrder("c2", "d", "up", "skip", "out1", "out2");
        assertThat(restored.layers())
                .allSatisfy(e -> assertThat(e.after()).isLessThanOrEqualTo(e.before()));
        assertThat(distance(before, restored.graph()))
                .isLessThan(0.8 * distance(before, pruned.graph()));
        assertThat(restored.graph().nodes())
                .extracting(NodeDef::getName)
                .isEqualTo(pruned.graph().nodes().stream().map(NodeDef::getName).toList());
        assertThat(restored.graph().toGraphDef())
                .isEqualTo(reconstruct(pruned, Reconstruction.DEFAULT).graph().toGraphDef());
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theStatisticsOfBatchNormAreThoseOfTheRestoredModel(Method method) {
        // Given a batch norm directly behind a layer, and one behind a sum
        var net = new TestNet(-1, 8, 8, 2);
        var stem = net.relu(net.batchNorm("bn0", net.conv("stem", "x", 2, 8), 8));
        var c1 = net.relu(net.batchNorm("bn1", net.conv("c1", stem, 8, 8), 8));
        var sum = net.op("AddV2", "sum", net.bias("b2", net.conv("c2", c1, 8, 8), 8), stem);
        var c3 = net.batchNorm("bn3", net.conv("c3", net.batchNorm("bn2", sum, 8), 8, 4), 4);
        var pruned = new ChannelPruning(0.5).prune(net.graph(c3));

        // When
        var restored = reconstruct(pruned, new Reconstruction(method, IMAGES, null, true, null));

        // Then
        assertThat(restored.batchNorms()).isEqualTo(3);
        for (var name : List.of("bn1", "bn2", "bn3")) {
            var norm = restored.graph().node(name);
            var read = values(restored.graph(), TensorRef.parse(norm.getInput(0)));
            var means = FloatTensor.of(restored.graph().input(norm, 3)).values();
            var variances = FloatTensor.of(restored.graph().input(norm, 4)).values();
            for (int channel = 0; channel < means.length; channel++) {
                var statistics = statistics(read, channel, means.length);
                assertThat(means[channel]).isCloseTo((float) statistics[0], within(1e-3f));
                assertThat(variances[channel])
                        .isCloseTo((float) statistics[1], within(1e-3f * variances[channel]));
            }
        }
        assertThat(weights(restored.graph(), "bn0/mean"))
                .isEqualTo(weights(pruned.graph(), "bn0/mean"));
    }

    @Test
    void batchNormKeepsItsStatisticsWhereTheOptionSaysSo() {
        // Given
        var net = new TestNet(-1, 8, 8, 2);
        var c1 = net.relu(net.batchNorm("bn1", net.conv("c1", "x", 2, 8), 8));
        var pruned =
                new ChannelPruning(0.5)
                        .prune(net.graph(net.batchNorm("bn2", net.conv("c2", c1, 8, 8), 8)));

        // When
        var restored =
                reconstruct(
                        pruned,
                        new Reconstruction(Method.LEAST_SQUARES, IMAGES, null, false, null));

        // Then
        assertThat(restored.batchNorms()).isZero();
        assertThat(weights(restored.graph(), "bn2/mean"))
                .isEqualTo(weights(pruned.graph(), "bn2/mean"));
        assertThat(weights(restored.graph(), "c2/kernel"))
                .isNotEqualTo(weights(pruned.graph(), "c2/kernel"));
    }

    @Test
    void aLayerWhoseEquationsAreTooLargeIsLeftOut() {
        // Given a dense layer of eight inputs after the cut, and a convolution of 54
        var pruned = new ChannelPruning(0.5).prune(branches());

        // When
        var cut = CutLayers.of(pruned, 8 * 8 * Double.BYTES);

        // Then
        assertThat(cut.layers()).extracting(CutLayer::name).contains("out2").doesNotContain("c2");
        assertThat(cut.leftOut())
                .anyMatch(reason -> reason.startsWith("c2: its equations take 0 MB"));
    }

    /** A residual sum, a concatenation, a depthwise and a transposed layer, and two outputs. */
    private static FlatGraph branches() {
        var net = new TestNet(-1, 8, 8, 2);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 2, 12), 12));
        var c2 = net.relu(net.bias("b2", net.conv("c2", c1, 12, 12), 12));
        var sum = net.op("AddV2", "sum", c2, c1);
        var deep = net.relu(net.bias("bd", net.depthwise("d", net.pool("p", sum), 12, 1), 12));
        var up = net.upConv("up", deep, 4, 12, 8);
        var skip = net.relu(net.conv("skip", sum, 1, 12, 8, 1, "NHWC"));
        var joined = net.concat("joined", up, skip);
        var flat = net.globalMean("mean", joined, false);
        return net.graph(net.conv("out1", joined, 16, 3), net.dense("out2", flat, 16, 5));
    }

    /** The second half of the channels becomes half of the first half. */
    private static FlatGraph withHalvedCopies(FlatGraph graph, String... constants) {
        var editor = graph.edit();
        for (var name : constants) {
            var weights = FloatTensor.of(graph.node(name));
            int channels = (int) weights.shape()[weights.rank() - 1];
            var values = weights.values().clone();
            for (int i = 0; i < values.length; i++) {
                if (i % channels >= channels / 2) {
                    values[i] = values[i - channels / 2] / 2;
                }
            }
            editor.put(new FloatTensor(values, weights.shape()).toConst(name));
        }
        return editor.build();
    }

    private static ChannelAllocation firstGroup(int channels) {
        return (groups, saliency, selection) ->
                selection.remove(groups.get(0), saliency.of(groups.get(0)), channels);
    }

    private static Restored reconstruct(ChannelPruning.Pruned pruned, Reconstruction options) {
        return new ModelReconstruction(
                        options,
                        InputSpec.DEFAULT,
                        batches(1),
                        IMAGES,
                        ImageWeights.EQUAL,
                        5,
                        folder,
                        (message, share) -> {})
                .apply(pruned);
    }

    private static List<FloatTensor> batches(long seed) {
        var random = new Random(seed);
        var batches = new ArrayList<FloatTensor>();
        for (int batch = 0; batch < IMAGES / 4; batch++) {
            var values = new float[4 * 8 * 8 * 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            batches.add(new FloatTensor(values, 4, 8, 8, 2));
        }
        return batches;
    }

    private static float[] values(FlatGraph graph, TensorRef tensor) {
        var values = new ArrayList<float[]>();
        try (var session = GraphSession.open(graph)) {
            batches(1).forEach(batch -> values.add(session.run(batch, tensor).values()));
        }
        var all = new float[values.size() * values.get(0).length];
        for (int i = 0; i < values.size(); i++) {
            System.arraycopy(values.get(i), 0, all, i * values.get(i).length, values.get(i).length);
        }
        return all;
    }

    private static double[] statistics(float[] values, int channel, int channels) {
        double sum = 0;
        double squares = 0;
        int count = values.length / channels;
        for (int i = channel; i < values.length; i += channels) {
            sum += values[i];
            squares += (double) values[i] * values[i];
        }
        return new double[] {sum / count, squares / count - sum * sum / count / count};
    }

    private static FloatTensor weights(FlatGraph graph, String constant) {
        return FloatTensor.of(graph.node(constant));
    }

    /** The squared difference of all outputs over their square, on other images. */
    private static double distance(FlatGraph before, FlatGraph after) {
        double difference = 0;
        double square = 0;
        try (var first = GraphSession.open(before);
                var second = GraphSession.open(after)) {
            for (var batch : batches(2)) {
                var wanted = first.run(batch);
                var found = second.run(batch);
                for (int output = 0; output < wanted.size(); output++) {
                    var values = wanted.get(output).values();
                    for (int i = 0; i < values.length; i++) {
                        difference += Math.pow(values[i] - found.get(output).values()[i], 2);
                        square += Math.pow(values[i], 2);
                    }
                }
            }
        }
        return difference / square;
    }
}
