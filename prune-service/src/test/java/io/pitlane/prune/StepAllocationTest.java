package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.ChannelPruning.Pruned;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StepAllocationTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** The channels of c1 and c3 are summed; c2 is between them. */
    private static FlatGraph residual() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 16));
        var c2 = net.relu(net.conv("c2", c1, 16, 24));
        var sum = net.relu(net.op("AddV2", "sum", c1, net.conv("c3", c2, 24, 16)));
        return net.graph(net.dense("d", net.globalMean("gap", sum, false), 16, 5));
    }

    @Test
    void aGroupTakesTheRatioOfAnyOfItsLayers() {
        var step = PruneStep.builder().ratio(0.5).ratios(Map.of("c3", 0.25)).build();

        var pruned = prune(residual(), step).graph();

        assertThat(outputs(pruned, "c1")).isEqualTo(12);
        assertThat(outputs(pruned, "c3")).isEqualTo(12);
        assertThat(outputs(pruned, "c2")).isEqualTo(12);
    }

    @Test
    void aNameGoesBeforeAPattern() {
        var ratios = new LinkedHashMap<String, Double>();
        ratios.put("c2", 0.75);
        ratios.put("c*", 0.25);
        var step = PruneStep.builder().ratios(ratios).build();

        var pruned = prune(residual(), step).graph();

        assertThat(outputs(pruned, "c1")).isEqualTo(12);
        assertThat(outputs(pruned, "c2")).isEqualTo(6);
    }

    @Test
    void twoRatiosForOneGroupAreRefusedWithBothLayers() {
        var ratios = new LinkedHashMap<String, Double>();
        ratios.put("c1", 0.5);
        ratios.put("c3", 0.25);
        var step = PruneStep.builder().ratios(ratios).build();

        assertThatThrownBy(() -> prune(residual(), step))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("gives layer 'c3' 0.25 and layer 'c1' 0.5")
                .hasMessageContaining("only be removed together: c1, c3");
    }

    @Test
    void overlappingPatternsOfDifferentRatiosAreRefused() {
        var ratios = new LinkedHashMap<String, Double>();
        ratios.put("c*", 0.5);
        ratios.put("*2", 0.25);
        var step = PruneStep.builder().ratios(ratios).build();

        assertThatThrownBy(() -> prune(residual(), step))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'c*' and '*2' both match layer 'c2'");
    }

    @Test
    void anIgnoredLayerKeepsItsChannelsAndThoseSummedWithThem() {
        var step = PruneStep.builder().ignore(List.of("c3")).build();

        var pruned = prune(residual(), step);

        assertThat(outputs(pruned.graph(), "c1")).isEqualTo(16);
        assertThat(outputs(pruned.graph(), "c2")).isEqualTo(12);
        assertThat(pruned.notes()).contains("left alone: c1, c3, because ignore names c3");
    }

    @Test
    void theNumberKeptIsRoundedUpToAMultiple() {
        var step = PruneStep.builder().ratio(0.6).roundTo(8).build();

        var pruned = prune(residual(), step).graph();

        assertThat(outputs(pruned, "c1")).as("16 - 10 = 6, rounded up").isEqualTo(8);
        assertThat(outputs(pruned, "c2")).as("24 - 14 = 10, rounded up").isEqualTo(16);
    }

    @Test
    void aTargetIsReachedWithinThreePercent() {
        for (var name : List.of("residual", "mobile", "unet", "detector")) {
            // Given
            var graph = SampleGraphs.all().get(name).get();
            var step = PruneStep.builder().target(PruningTarget.ofMacs(0.5)).build();

            // When
            var pruned = prune(graph, step).graph();

            // Then
            double share = (double) Footprint.of(pruned).macs() / Footprint.of(graph).macs();
            assertThat(share).as(name).isBetween(0.485, 0.5);
        }
    }

    @Test
    void aTargetOfBytesIsKept() {
        var graph = SampleGraphs.residual();
        var step = PruneStep.builder().target(PruningTarget.ofSize(12_000L)).build();

        var pruned = prune(graph, step).graph();

        assertThat(4 * Footprint.of(graph).parameters()).isGreaterThan(12_000);
        assertThat(4 * Footprint.of(pruned).parameters()).isBetween(11_640L, 12_000L);
    }

    @Test
    void anImpossibleTargetIsRefusedWithWhatCanBeReached() {
        // Given c1 and c3 keep 2 of 16 channels and c2 keeps 3 of 24
        long least = 64 * (9 * 3 * 2 + 9 * 2 * 3 + 9 * 3 * 2) + 2 * 5;
        long macs = 64 * (9 * 3 * 16 + 9 * 16 * 24 + 9 * 24 * 16) + 16 * 5;
        var step = PruneStep.builder().target(PruningTarget.ofMacs(0.01)).build();

        assertThat(Footprint.of(residual()).macs()).isEqualTo(macs);
        assertThatThrownBy(() -> prune(residual(), step))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("prune.target.macs asks for at most 4.70 k MACs")
                .hasMessageContaining("cannot reach less than 10.4 k (0.022 of 470 k)")
                .hasMessageContaining("maxRatio 0.9");
        assertThat(least).isEqualTo(10_378);
    }

    private static Pruned prune(FlatGraph graph, PruneStep step) {
        var allocation =
                new StepAllocation(step, "prune", graph, Map.of()).allocation(new SaliencyLoss());
        return new ChannelPruning(FilterSaliency.L1.with(ChannelScores.DEFAULT), allocation)
                .prune(graph);
    }

    private static long outputs(FlatGraph graph, String layer) {
        return shape(graph, layer + "/kernel")[3];
    }

    static long[] shape(FlatGraph graph, String constant) {
        return FloatTensor.of(graph.node(constant)).shape();
    }
}
