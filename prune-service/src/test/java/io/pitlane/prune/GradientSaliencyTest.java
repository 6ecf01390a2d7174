package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Criterion;
import io.pitlane.data.Annotations;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GradientSaliencyTest {
    private static final int CHANNELS = 4;
    private static final int IMAGES = 24;

    @TempDir static Path folder;
    private static DataSource labelled;

    @BeforeAll
    static void write() throws IOException {
        TensorFlowRuntime.load();
        labelled = QuadrantImages.write(folder, "train", IMAGES, 1);
    }

    /** A sum and a depthwise convolution tie all layers but the last: one group of four. */
    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.op("Tanh", "t1", net.bias("b1", net.conv("c1", "x", 1, CHANNELS), CHANNELS));
        var dw = net.op("Elu", "e", net.depthwise("dw", c1, CHANNELS, 1));
        var sum = net.op("AddV2", "s", c1, net.conv("c2", dw, CHANNELS, CHANNELS));
        var flat = net.reshape("flat", net.op("Tanh", "t2", sum), -1, 64 * CHANNELS);
        return net.graph(net.dense("d", flat, 64 * CHANNELS, 4));
    }

    private static PruneStep step(Criterion criterion) {
        return PruneStep.builder()
                .criterion(criterion)
                .scores(new ChannelScores(null, null, null, IMAGES))
                .build();
    }

    private static PruningContext context(FlatGraph graph, DataSource train, PruneStep step) {
        return MeasuredScores.context(graph, train, folder, step);
    }

    private static double[] scores(FlatGraph graph, DataSource train, PruneStep step) {
        return MeasuredScores.of(graph, train, folder, step);
    }

    @ParameterizedTest
    @EnumSource(
            value = Criterion.class,
            names = {"TAYLOR", "FISHER"})
    void theScoresAreTheFiniteDifferencesOfTheLossWhenAChannelFades(Criterion criterion) {
        // Given
        var net = net();

        // When
        var scores = scores(net, labelled, step(criterion));

        // Then
        assertThat(scores).hasSize(CHANNELS);
        for (int c = 0; c < CHANNELS; c++) {
            double expected = expected(criterion, net, c);
            assertThat(scores[c]).isCloseTo(expected, within(0.01 * expected));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Criterion.class,
            names = {"TAYLOR", "FISHER"})
    void theChannelsOfLeastInfluenceOnTheLossAreRemoved(Criterion criterion) {
        // Given
        var net = net();
        var step = step(criterion);
        var saliency = ChannelSaliency.of(step, context(net, labelled, step));

        // When
        var pruned = new ChannelPruning(saliency, ChannelAllocation.uniform(0.5)).prune(net);

        // Then
        var kept =
                IntStream.range(0, CHANNELS)
                        .boxed()
                        .sorted((a, b) -> compare(criterion, net, b, a))
                        .limit(2)
                        .mapToInt(c -> c)
                        .sorted()
                        .toArray();
        var kernel = FloatTensor.of(net.node("c1/kernel"));
        assertThat(FloatTensor.of(pruned.graph().node("c1/kernel")))
                .isEqualTo(kernel.select(3, kept));
    }

    private static int compare(Criterion criterion, FlatGraph net, int a, int b) {
        return Double.compare(expected(criterion, net, a), expected(criterion, net, b));
    }

    private static double expected(Criterion criterion, FlatGraph net, int channel) {
        DoubleUnaryOperator ofSlope =
                criterion == Criterion.TAYLOR ? Math::abs : slope -> slope * slope / 2;
        double step = 1e-2;
        var more = losses(faded(net, channel, 1 + step));
        var less = losses(faded(net, channel, 1 - step));
        return IntStream.range(0, IMAGES)
                .mapToDouble(i -> (more[i] - less[i]) / (2 * step))
                .map(ofSlope)
                .average()
                .orElseThrow();
    }

    /** The net with the weights that read a channel, of both layers that do, multiplied. */
    private static FlatGraph faded(FlatGraph net, int channel, double factor) {
        var editor = net.edit();
        for (var name : List.of("c2/kernel", "d/kernel")) {
            var kernel = FloatTensor.of(net.node(name));
            var values = kernel.values().clone();
            for (int i = 0; i < values.length; i++) {
                if (i / 4 % CHANNELS == channel) {
                    values[i] *= (float) factor;
                }
            }
            editor.put(new FloatTensor(values, kernel.shape()).toConst(name));
        }
        return editor.build();
    }

    private static double[] losses(FlatGraph net) {
        var step = step(Criterion.TAYLOR);
        var images = context(net, labelled, step).images();
        var labels = ((Annotations.Classes) images.all().annotations().orElseThrow()).labels();
        var all = IntStream.range(0, IMAGES).toArray();
        try (var session = GraphSession.open(net)) {
            var logits = session.run(images.input().batch(images.all(), all)).get(0).values();
            return IntStream.range(0, IMAGES)
                    .mapToDouble(i -> crossEntropy(logits, 4 * i, labels[i]))
                    .toArray();
        }
    }

    private static double crossEntropy(float[] logits, int from, int label) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
            sum += Math.exp(logits[from + k]);
        }
        return Math.log(sum) - logits[from + label];
    }

    @Test
    void withoutLabelsTheOutputsOfTheModelAreTheMeasure() {
        // Given
        var net = net();
        var unlabelled = new DataSource.Idx("train-images", null);

        // When
        var scores = scores(net, unlabelled, step(Criterion.FISHER));

        // Then
        assertThat(Arrays.stream(scores)).allMatch(score -> score > 0);
        assertThat(scores)
                .containsExactly(scores(net, unlabelled, step(Criterion.FISHER)), within(1e-7))
                .isNotEqualTo(scores(net, labelled, step(Criterion.FISHER)));
    }

    @Test
    void aGroupsScoresAreNormalizedWhereThatIsAskedFor() {
        // Given
        var net = net();
        var plain = step(Criterion.TAYLOR);
        var options = new ChannelScores(null, Normalization.MAX, null, IMAGES);

        // When
        var scores = scores(net, labelled, plain.toBuilder().scores(options).build());

        // Then
        var raw = scores(net, labelled, plain);
        double largest = Arrays.stream(raw).max().orElseThrow();
        assertThat(scores)
                .containsExactly(
                        Arrays.stream(raw).map(score -> score / largest).toArray(), within(1e-12));
    }

    @Test
    void aTargetIsReachedByTheInfluenceOnTheLossByDefault() {
        // Given
        var net = net();
        var options = new ChannelScores(null, null, null, IMAGES);
        var step = PruneStep.builder().target(PruningTarget.ofMacs(0.5)).scores(options).build();

        // Then
        assertThat(scores(net, labelled, step))
                .isEqualTo(scores(net, labelled, step(Criterion.TAYLOR)));
    }

    @Test
    void scoresThatAreNotNormalizedAreLosses() {
        // Given
        var plain = step(Criterion.FISHER);
        var options = new ChannelScores(null, Normalization.MEAN, null, IMAGES);

        // Then
        assertThat(saliency(net(), plain).isLoss()).isTrue();
        assertThat(saliency(net(), plain.toBuilder().scores(options).build()).isLoss()).isFalse();
    }

    private static Saliency saliency(FlatGraph net, PruneStep step) {
        return ChannelSaliency.of(step, context(net, labelled, step))
                .on(net, DependencyGraph.of(net));
    }

    @Test
    void aModelWithoutGradientIsRankedByItsWeightsUnlessTheCriterionIsNamed() {
        // Given
        var net = rounded();
        var byDefault = PruneStep.builder().target(PruningTarget.ofMacs(0.9)).build();
        var byWeights = byDefault.toBuilder().criterion(Criterion.L1).build();
        var byGradient = byDefault.toBuilder().criterion(Criterion.TAYLOR).build();

        // When
        var saliency = saliency(net, byDefault);

        // Then
        assertThat(scores(net, labelled, byDefault)).isEqualTo(scores(net, labelled, byWeights));
        assertThat(saliency.isLoss()).isFalse();
        assertThat(saliency.notes())
                .singleElement()
                .asString()
                .startsWith(
                        "channels are ranked by l1: No gradient of the loss reaches the layer 'c2'");
        assertThatThrownBy(() -> scores(net, labelled, byGradient))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("No gradient of the loss reaches the layer 'c2'");
    }

    /** A network that rounds down what its second layer gives. */
    private static FlatGraph rounded() {
        var net = new TestNet(-1, 8, 8, 1);
        var c2 = net.conv("c2", net.conv("c1", "x", 1, CHANNELS), CHANNELS, CHANNELS);
        var flat = net.reshape("flat", net.op("Floor", "f", c2), -1, 64 * CHANNELS);
        return net.graph(net.dense("d", flat, 64 * CHANNELS, 4));
    }
}
