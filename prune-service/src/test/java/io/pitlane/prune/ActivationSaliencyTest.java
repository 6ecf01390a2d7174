package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.ChannelScores.Reduction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Criterion;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationSaliencyTest {
    private static final int CHANNELS = 6;
    private static final int IMAGES = 18;

    @TempDir static Path folder;
    private static DataSource train;

    @BeforeAll
    static void write() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", IMAGES, 1);
    }

    /** A residual block: one group, whose outputs are r1 and, behind the sum, r2. */
    private static FlatGraph net(String activation) {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.bias("b1", net.conv("c1", "x", 1, CHANNELS), CHANNELS);
        var r1 = net.op(activation, "r1", c1);
        var c2 = net.batchNorm("n2", net.conv("c2", r1, CHANNELS, CHANNELS), CHANNELS);
        var r2 = net.op(activation, "r2", net.op("AddV2", "s", c2, r1));
        var flat = net.reshape("flat", r2, -1, 64 * CHANNELS);
        return net.graph(net.dense("d", flat, 64 * CHANNELS, 4));
    }

    private static PruneStep step(Criterion criterion, ChannelScores options) {
        return PruneStep.builder().criterion(criterion).scores(options).build();
    }

    private static double[] scores(FlatGraph net, Criterion criterion, ChannelScores options) {
        return MeasuredScores.of(net, train, folder, step(criterion, options));
    }

    @ParameterizedTest
    @EnumSource(
            value = Criterion.class,
            names = {"MEAN_ACTIVATION", "APOZ"})
    void theScoresAreMeansOfTheOutputsBehindTheActivations(Criterion criterion) {
        // Given
        var net = net("Relu");

        // When
        var scores = scores(net, criterion, options(Reduction.MAX, Normalization.NONE));

        // Then
        var first = means(net, "r1", criterion);
        var second = means(net, "r2", criterion);
        assertThat(scores).hasSize(CHANNELS);
        for (int c = 0; c < CHANNELS; c++) {
            assertThat(scores[c]).isCloseTo(Math.max(first[c], second[c]), within(1e-5));
        }
    }

    @Test
    void eachOutputIsDividedByItsMeanByDefault() {
        // Given
        var net = net("Relu");

        // When
        var scores = scores(net, Criterion.MEAN_ACTIVATION, options(null, null));

        // Then
        var first = means(net, "r1", Criterion.MEAN_ACTIVATION);
        var second = means(net, "r2", Criterion.MEAN_ACTIVATION);
        for (int c = 0; c < CHANNELS; c++) {
            double expected = first[c] / average(first) + second[c] / average(second);
            assertThat(scores[c]).isCloseTo(expected, within(1e-4));
        }
    }

    @Test
    void theChannelsWithMostZerosAreRemoved() {
        // Given
        var net = new TestNet(-1, 8, 8, 1);
        net.constant("k", new FloatTensor(new float[] {1, 1, 1, 1}, 1, 1, 1, 4));
        net.constant("b", new FloatTensor(new float[] {-0.6f, -0.1f, -0.7f, -0.2f}, 4));
        var biased = net.op("AddV2", "a", net.convWith("c1", "x", "k", 1, "NHWC"), "b");
        var flat = net.reshape("flat", net.relu(biased), -1, 256);
        var graph = net.graph(net.dense("d", flat, 256, 4));
        var step = step(Criterion.APOZ, options(null, null));
        var context = MeasuredScores.context(graph, train, folder, step);

        // When
        var pruned =
                new ChannelPruning(
                                ChannelSaliency.of(step, context), ChannelAllocation.uniform(0.5))
                        .prune(graph);

        // Then
        assertThat(FloatTensor.of(pruned.graph().node("b")).values()).containsExactly(-0.1f, -0.2f);
    }

    @Test
    void whereNoOutputIsEverZeroL1RanksTheChannelsAndANoteSaysSo() {
        // Given
        var net = net("Softplus");
        var step = step(Criterion.APOZ, options(null, null));
        var context = MeasuredScores.context(net, train, folder, step);

        // When
        var pruned =
                new ChannelPruning(
                                ChannelSaliency.of(step, context), ChannelAllocation.uniform(0.5))
                        .prune(net);

        // Then
        assertThat(pruned.removed()).isEqualTo(new ChannelPruning(0.5).prune(net).removed());
        assertThat(pruned.notes())
                .contains("c1, c2: ranked by l1: no output of a layer is ever zero");
    }

    private static ChannelScores options(Reduction reduction, Normalization normalization) {
        return new ChannelScores(reduction, normalization, null, IMAGES);
    }

    /** From the values of a tensor, one by one. */
    private static double[] means(FlatGraph net, String tensor, Criterion criterion) {
        var step = step(criterion, options(null, null));
        var images = MeasuredScores.context(net, train, folder, step).images();
        var all = IntStream.range(0, IMAGES).toArray();
        var sums = new double[CHANNELS];
        try (var session = GraphSession.open(net)) {
            var batch = images.input().batch(images.all(), all);
            var values = session.run(batch, List.of(TensorRef.of(tensor))).get(0).values();
            for (int i = 0; i < values.length; i++) {
                double value = criterion == Criterion.APOZ ? values[i] == 0 ? 0 : 1 : values[i];
                sums[i % CHANNELS] += value / (IMAGES * 64);
            }
        }
        return sums;
    }

    private static double average(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
