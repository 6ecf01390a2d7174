package io.pitlane.graph.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.ChannelScores.Reduction;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FilterSaliencyTest {
    private static final double ROUNDING = 1e-6;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theChannelsThatWeighLeastGoFirst() {
        var net = new TestNet(-1, 4, 4, 1);
        var kernel = new FloatTensor(new float[] {3, -1, 2, -4}, 1, 1, 1, 4);
        net.constant("k", kernel);
        var c1 = net.relu(net.convWith("c1", "x", "k", 1, "NHWC"));
        var graph = net.graph(net.conv("c2", c1, 4, 2));

        var pruned = new ChannelPruning(0.5).prune(graph).graph();

        assertThat(FloatTensor.of(pruned.node("k")).values()).containsExactly(3, -4);
    }

    @Test
    void aBatchNormsFactorCountsForAFiltersWeight() {
        var pruned = new ChannelPruning(0.5).prune(withBatchNorm()).graph();

        assertThat(FloatTensor.of(pruned.node("k")).values()).containsExactly(-1, 2);
    }

    /** Three filters of two weights: (3, 4), (-6, 0) and (5, 1). */
    private static FlatGraph threeFilters() {
        var net = new TestNet(-1, 4, 4, 2);
        net.constant("k", new FloatTensor(new float[] {3, -6, 5, 4, 0, 1}, 1, 1, 2, 3));
        var c1 = net.relu(net.convWith("c1", "x", "k", 1, "NHWC"));
        return net.graph(net.conv("c2", c1, 3, 2));
    }

    /** Sums 7, 6, 6; roots of 25, 36, 26; distances root 97 + root 13, + root 122. */
    @ParameterizedTest
    @CsvSource({
        "L1,               7,           6,           6",
        "L2,               5,           6,           5.099019514",
        "GEOMETRIC_MEDIAN, 13.45440908, 20.89421840, 14.65091230",
        "LAMP,             0.287356322, 1,           0.419354839"
    })
    void theScoresAreThoseComputedByHand(
            FilterSaliency saliency, double first, double second, double third) {
        // When
        var scores = scores(saliency, unnormalized(null), threeFilters());

        // Then
        assertThat(scores).containsExactly(new double[] {first, second, third}, within(ROUNDING));
    }

    @Test
    void theNearestToTheOtherFiltersGoesFirstByGeometricMedian() {
        // Given
        var graph = threeFilters();

        // When
        var left = kernel(prune(graph, FilterSaliency.GEOMETRIC_MEDIAN, 1 / 3.0));

        // Then
        assertThat(left).containsExactly(-6, 5, 0, 1);
    }

    @Test
    void theFactorOfABatchNormScalesTheDistancesToo() {
        // Given
        var net = new TestNet(-1, 4, 4, 1);
        net.constant("k", new FloatTensor(new float[] {1, 2, 4}, 1, 1, 1, 3));
        net.constant("s", new FloatTensor(new float[] {1, 5, -1}, 3));
        var scaled = net.op("Mul", "m", net.convWith("c1", "x", "k", 1, "NHWC"), "s");
        var graph = net.graph(net.conv("c2", net.relu(scaled), 3, 2));

        // When
        var scores = scores(FilterSaliency.GEOMETRIC_MEDIAN, unnormalized(null), graph);

        // Then: of 1, 10 and -4
        assertThat(scores).containsExactly(new double[] {14, 23, 19}, within(ROUNDING));
    }

    private static FlatGraph withBatchNorm() {
        var net = new TestNet(-1, 4, 4, 1);
        net.constant("k", new FloatTensor(new float[] {3, -1, 2, -4}, 1, 1, 1, 4));
        var norm = net.batchNorm("n", net.convWith("c1", "x", "k", 1, "NHWC"), 4);
        net.constant("n/gamma", new FloatTensor(new float[] {0.1f, 10, 1, 1}, 4));
        net.constant("n/variance", new FloatTensor(new float[] {1, 1, 1, 100}, 4));
        return net.graph(net.conv("c2", net.relu(norm), 4, 2));
    }

    @Test
    void theScaleParameterOfTheBatchNormRanksTheChannels() {
        // When
        var scores = scores(FilterSaliency.BATCH_NORM_SCALE, unnormalized(null), withBatchNorm());

        // Then
        assertThat(scores).containsExactly(new double[] {0.1, 10, 1, 1}, within(ROUNDING));
    }

    @Test
    void withoutBatchNormL1RanksTheChannelsAndANoteSaysSo() {
        // When
        var pruned = pruned(threeFilters(), FilterSaliency.BATCH_NORM_SCALE, 1 / 3.0);

        // Then
        assertThat(kernel(pruned.graph())).containsExactly(3, 5, 4, 1);
        assertThat(pruned.notes())
                .contains("c1: ranked by l1: there is no batch norm right behind a layer");
    }

    /**
     * Two layers that a sum joins, of weights 1, 3, 8 and 6, 0, 3: means 4 and 3, largest 8 and 6,
     * L2 norms root 74 and root 45.
     */
    @ParameterizedTest
    @CsvSource({
        "SUM,  NONE, 7,           3,           11",
        "MEAN, NONE, 3.5,         1.5,         5.5",
        "MAX,  NONE, 6,           3,           8",
        "SUM,  MEAN, 2.25,        0.75,        3",
        "MAX,  MEAN, 2,           0.75,        2",
        "SUM,  MAX,  1.125,       0.375,       1.5",
        "SUM,  L2,   1.010674859, 0.348742916, 1.377194705"
    })
    void theScoresOfLayersAreNormalizedThenReduced(
            Reduction reduction,
            Normalization normalization,
            double first,
            double second,
            double third) {
        // Given
        var net = new TestNet(-1, 4, 4, 1);
        net.constant("a", new FloatTensor(new float[] {1, -3, 8}, 1, 1, 1, 3));
        net.constant("b", new FloatTensor(new float[] {-6, 0, 3}, 1, 1, 1, 3));
        var sum =
                net.op(
                        "AddV2",
                        "sum",
                        net.convWith("c1", "x", "a", 1, "NHWC"),
                        net.convWith("c2", "x", "b", 1, "NHWC"));
        var graph = net.graph(net.conv("c3", net.relu(sum), 3, 2));
        var options = new ChannelScores(reduction, normalization, null, null);

        // When
        var scores = scores(FilterSaliency.L1, options, graph);

        // Then
        assertThat(scores).containsExactly(new double[] {first, second, third}, within(ROUNDING));
    }

    /** The dense layer reads channel 0 by 1, 2, 3 and 4, after a flatten at positions 0 and 2. */
    @ParameterizedTest
    @CsvSource({"L1, 15, 2", "L2, 10.47722558, 2.0", "LAMP, 1, 0.035087719"})
    void theWeightsThatReadAChannelCountWhereTheyAreAskedFor(
            FilterSaliency saliency, double first, double second) {
        // Given
        var net = new TestNet(-1, 1, 2, 1);
        net.constant("k", new FloatTensor(new float[] {5, 1}, 1, 1, 1, 2));
        net.constant("d", new FloatTensor(new float[] {1, -2, 0, 1, 3, 4, 0, 0}, 4, 2));
        var flat = net.reshape("flat", net.convWith("c1", "x", "k", 1, "NHWC"), -1, 4);
        var graph = net.graph(net.op("MatMul", "dense", flat, "d"));

        // When
        var scores = scores(saliency, unnormalized(true), graph);

        // Then
        assertThat(scores).containsExactly(new double[] {first, second}, within(ROUNDING));
    }

    @Test
    void theWeightsThatReadAChannelAreSeenWithTheirBatchNormFolded() {
        // Given
        var net = new TestNet(-1, 1, 1, 1);
        net.constant("k", new FloatTensor(new float[] {5, 1}, 1, 1, 1, 2));
        net.constant("k2", new FloatTensor(new float[] {1, 2, 3, 4}, 1, 1, 2, 2));
        net.constant("s", new FloatTensor(new float[] {10, -1}, 2));
        var c2 = net.convWith("c2", net.convWith("c1", "x", "k", 1, "NHWC"), "k2", 1, "NHWC");
        var graph = net.graph(net.op("Mul", "m", c2, "s"));

        // When
        var scores = scores(FilterSaliency.L1, unnormalized(true), graph);

        // Then: 5 + 1 x 10 + 2 x 1, 1 + 3 x 10 + 4 x 1
        assertThat(scores).containsExactly(new double[] {17, 35}, within(ROUNDING));
    }

    @ParameterizedTest
    @EnumSource(FilterSaliency.class)
    void aDepthwiseNetLosesHalfItsChannelsByEachSaliency(FilterSaliency saliency) {
        // Given
        var net = new TestNet(-1, 6, 6, 3);
        var c1 = net.relu(net.batchNorm("n1", net.conv("c1", "x", 3, 8), 8));
        var dw = net.relu(net.batchNorm("n2", net.depthwise("dw", c1, 8, 2), 16));
        var graph = net.graph(net.conv("c2", dw, 16, 4));

        // When
        var pruned = prune(graph, saliency, 0.5);

        // Then
        assertThat(FloatTensor.of(pruned.node("dw/kernel")).shape()).containsExactly(3, 3, 4, 2);
        assertThat(FloatTensor.of(pruned.node("c2/kernel")).shape()).containsExactly(3, 3, 8, 4);
    }

    @Test
    void randomScoresDependOnSeedAndChannelAlone() {
        // Given
        var graph = threeFilters();

        // When
        var some = scores((g, dependencies) -> new RandomSaliency(5), graph);
        var again = scores((g, dependencies) -> new RandomSaliency(5), graph);
        var others = scores((g, dependencies) -> new RandomSaliency(6), graph);

        // Then
        assertThat(some).containsExactly(again).isNotEqualTo(others).doesNotHaveDuplicates();
        assertThat(Arrays.stream(some)).allMatch(score -> score >= 0 && score < 1);
    }

    private static ChannelScores unnormalized(Boolean consumers) {
        return new ChannelScores(null, Normalization.NONE, consumers, null);
    }

    private static double[] scores(
            FilterSaliency saliency, ChannelScores options, FlatGraph graph) {
        return scores(saliency.with(options), graph);
    }

    /** Scores of the channels of the first layer, in their order. */
    private static double[] scores(Saliency.Factory saliency, FlatGraph graph) {
        var dependencies = DependencyGraph.of(graph);
        var group = dependencies.groups().get(0);
        var scores = saliency.on(graph, dependencies).of(group);
        return Arrays.stream(group.filters().get(0).channels().ids())
                .map(dependencies::root)
                .mapToDouble(scores::get)
                .toArray();
    }

    private static ChannelPruning.Pruned pruned(
            FlatGraph graph, FilterSaliency saliency, double ratio) {
        return new ChannelPruning(
                        saliency.with(ChannelScores.DEFAULT), ChannelAllocation.uniform(ratio))
                .prune(graph);
    }

    private static FlatGraph prune(FlatGraph graph, FilterSaliency saliency, double ratio) {
        return pruned(graph, saliency, ratio).graph();
    }

    private static float[] kernel(FlatGraph graph) {
        return FloatTensor.of(graph.node("k")).values();
    }
}
