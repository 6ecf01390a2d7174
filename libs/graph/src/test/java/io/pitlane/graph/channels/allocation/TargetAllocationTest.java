package io.pitlane.graph.channels.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetAllocationTest {
    private static final ChannelLimits LIMITS = new ChannelLimits(0.9, 1, Set.of());

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @CsvSource({"residual, 0.5", "mobile, 0.5", "unet, 0.5", "detector, 0.5", "residual, 0.3"})
    void aTargetOfMacsIsReachedWithinThreePercent(String name, double share) {
        // Given
        var graph = SampleGraphs.all().get(name).get();
        double target = share * Footprint.of(graph).macs();

        // When
        var pruned = prune(graph, new MacsCost(Map.of()), target, LIMITS);

        // Then
        assertThat(Footprint.of(pruned).macs()).isBetween((long) (0.97 * target), (long) target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"keras2-residual", "keras3-depthwise", "keras3-unet", "keras2-detector"})
    void aTargetOfARealModelIsReachedWithinThreePercent(String name) throws IOException {
        // Given
        var graph = SavedModelReader.read(RealModels.unpack(name, folder));
        double macs = 0.5 * Footprint.of(graph).macs();
        double parameters = 0.5 * Footprint.of(graph).parameters();

        // When
        var fewerMacs = Footprint.of(prune(graph, new MacsCost(Map.of()), macs, LIMITS));
        var smaller = Footprint.of(prune(graph, new ParameterCost(1), parameters, LIMITS));

        // Then
        assertThat(fewerMacs.macs()).isBetween((long) (0.97 * macs), (long) macs);
        assertThat(smaller.parameters()).isBetween((long) (0.97 * parameters), (long) parameters);
    }

    @Test
    void theLossIsTheLeastOfAllCutsThatKeepTheTarget() {
        // Given
        var graph = VectorUnsharing.apply(SampleGraphs.plain());
        var groups = ranked(graph, LIMITS);
        var costs = costs(graph, groups);
        RemovalLoss loss =
                (group, removed) ->
                        group.group().layers().get(0).length() * Math.pow(group.ratio(removed), 2.5)
                                + group.ratio(removed) * groups.indexOf(group);

        for (double share : new double[] {0.2, 0.35, 0.5, 0.65, 0.8}) {
            // When
            double target = share * costs.of(new int[groups.size()]);
            var found = new BudgetSearch(costs, target, groups, loss).solve();

            // Then
            assertThat(costs.of(found)).isLessThanOrEqualTo(target);
            assertThat(total(loss, groups, found))
                    .isCloseTo(leastLoss(costs, target, groups, loss), within(1e-9));
        }
    }

    @Test
    void aGroupThatLosesMuchIsCutLess() {
        // Given
        var graph = VectorUnsharing.apply(SampleGraphs.plain());
        var groups = ranked(graph, LIMITS);
        var costs = costs(graph, groups);
        double target = 0.5 * costs.of(new int[groups.size()]);
        RemovalLoss sensitiveFirst =
                (group, removed) ->
                        (group.name().equals("conv1") ? 20 : 1) * Math.pow(group.ratio(removed), 2);
        RemovalLoss sensitiveSecond =
                (group, removed) ->
                        (group.name().equals("conv2") ? 20 : 1) * Math.pow(group.ratio(removed), 2);

        // When
        var first = new BudgetSearch(costs, target, groups, sensitiveFirst).solve();
        var second = new BudgetSearch(costs, target, groups, sensitiveSecond).solve();

        // Then
        assertThat(groups.get(0).name()).isEqualTo("conv1");
        assertThat(first[0]).isLessThan(second[0]);
        assertThat(first[1]).isGreaterThan(second[1]);
    }

    @Test
    void aLayerKeepsAMultipleAndItsShare() {
        // Given
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 32));
        var c2 = net.relu(net.conv("c2", c1, 32, 40));
        var c3 = net.relu(net.conv("c3", c2, 40, 32));
        var pooled = net.globalMean("gap", c3, false);
        var graph = net.graph(net.dense("d", pooled, 32, 5));
        var limits = new ChannelLimits(0.6, 8, Set.of("c3"));

        // When
        var pruned =
                new ChannelPruning(
                                FilterSaliency.L1.with(ChannelScores.DEFAULT),
                                new TargetAllocation(
                                        new MacsCost(Map.of()), 0, limits, new SaliencyLoss()))
                        .prune(graph);

        // Then
        assertThat(outputs(pruned.graph(), "c1")).isEqualTo(16);
        assertThat(outputs(pruned.graph(), "c2")).isEqualTo(16);
        assertThat(outputs(pruned.graph(), "c3")).isEqualTo(32);
        assertThat(pruned.notes()).contains("left alone: c3, because ignore names c3");
    }

    private static long outputs(FlatGraph graph, String layer) {
        return FloatTensor.of(graph.node(layer + "/kernel")).shape()[3];
    }

    private static FlatGraph prune(
            FlatGraph graph, CostModel model, double target, ChannelLimits limits) {
        var allocation = new TargetAllocation(model, target, limits, new SaliencyLoss());
        return new ChannelPruning(FilterSaliency.L1.with(ChannelScores.DEFAULT), allocation)
                .prune(graph)
                .graph();
    }

    private static List<RankedGroup> ranked(FlatGraph graph, ChannelLimits limits) {
        var dependencies = DependencyGraph.of(graph);
        return limits.rank(
                dependencies.groups(),
                FilterSaliency.L1.with(ChannelScores.DEFAULT).on(graph, dependencies),
                new ChannelSelection(graph, dependencies));
    }

    private static CutCosts costs(FlatGraph graph, List<RankedGroup> groups) {
        return new CutCosts(new MacsCost(Map.of()), graph, DependencyGraph.of(graph), groups);
    }

    private static double total(RemovalLoss loss, List<RankedGroup> groups, int[] removed) {
        double total = 0;
        for (int i = 0; i < removed.length; i++) {
            total += loss.of(groups.get(i), removed[i]);
        }
        return total;
    }

    private static double leastLoss(
            CutCosts costs, double target, List<RankedGroup> groups, RemovalLoss loss) {
        return leastLoss(costs, target, groups, loss, new int[groups.size()], 0);
    }

    /** Every combination. */
    private static double leastLoss(
            CutCosts costs,
            double target,
            List<RankedGroup> groups,
            RemovalLoss loss,
            int[] removed,
            int from) {
        if (from == removed.length) {
            return costs.of(removed) <= target
                    ? total(loss, groups, removed)
                    : Double.POSITIVE_INFINITY;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int count : groups.get(from).removals()) {
            removed[from] = count;
            least = Math.min(least, leastLoss(costs, target, groups, loss, removed, from + 1));
        }
        removed[from] = 0;
        return least;
    }
}
