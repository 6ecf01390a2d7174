package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.allocation.ChannelLimits;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import io.pitlane.graph.channels.allocation.TargetAllocation;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions where the latency is known: a time for each multiply-accumulate. */
class LatencyCostTest {
    private static final double EACH = 1e-6;
    private static final double CALL = 0.2;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 16, 16, 3);
        var c1 = net.relu(net.batchNorm("n1", net.conv("c1", "x", 3, 16), 16));
        var dw = net.relu(net.bias("b2", net.depthwise("dw", c1, 16, 1), 16));
        var c3 = net.bias("b3", net.conv("c3", dw, 1, 16, 24, 2, "NHWC"), 24);
        var c4 = net.conv("c4", net.relu(c3), 24, 24);
        var sum = net.relu(net.op("AddV2", "sum", c3, c4));
        var flat = net.reshape("flat", net.pool("p", sum), -1, 4 * 4 * 24);
        return net.graph(net.bias("b", net.dense("d", flat, 384, 10), 10));
    }

    private LatencyCost cost() {
        var table =
                new LatencyTable(
                        new LatencyTable.Identity("cpu", Engine.TFLITE, "1", 1),
                        folder,
                        workload -> EACH * Footprint.of(workload.model()).macs());
        return new LatencyCost(
                table,
                // Twice as slow within a model as alone
                graphs ->
                        graphs.stream()
                                .mapToDouble(graph -> CALL + 2 * EACH * Footprint.of(graph).macs())
                                .toArray(),
                Map.of(),
                1);
    }

    @Test
    void theLatencyOfAnyCutIsPredicted() {
        // Given
        var cost = cost();
        for (double ratio : new double[] {0.1, 0.3, 0.6, 0.9}) {
            var made = new ChannelPruning(ratio).prune(net());

            // When
            double predicted = cost.predict(made.before(), made.dependencies(), made.removed());

            // Then
            double expected = CALL + 2 * EACH * Footprint.of(made.graph()).macs();
            assertThat(predicted).isCloseTo(expected, within(1e-6));
        }
    }

    @Test
    void theLatencyOfACutOfOneGroupIsPredicted() {
        // Given
        var made =
                new ChannelPruning(
                                FilterSaliency.L1.with(ChannelScores.DEFAULT),
                                (groups, saliency, selection) ->
                                        selection.remove(
                                                groups.get(0), saliency.of(groups.get(0)), 11))
                        .prune(net());

        // When
        double predicted = cost().predict(made.before(), made.dependencies(), made.removed());

        // Then
        assertThat(predicted)
                .isCloseTo(CALL + 2 * EACH * Footprint.of(made.graph()).macs(), within(1e-6));
    }

    @Test
    void aTargetOfLatencyIsReached() {
        // Given
        var cost = cost();
        double before = cost.before(net());
        double target = 0.6 * cost.millis(before);

        // When
        var made =
                new ChannelPruning(
                                FilterSaliency.L1.with(ChannelScores.DEFAULT),
                                new TargetAllocation(
                                        cost,
                                        cost.sum(target),
                                        ChannelLimits.NONE,
                                        new SaliencyLoss()))
                        .prune(net());

        // Then
        double reached = CALL + 2 * EACH * Footprint.of(made.graph()).macs();
        assertThat(reached).isBetween(0.9 * target, target);
    }

    @Test
    void layersOfOtherKindsCountByTheirMultiplyAccumulates() {
        // Given: a transposed convolution is not measured
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        var graph = net.graph(net.conv("c2", net.relu(net.upConv("up", c1, 16, 8, 8)), 8, 4));
        var made = new ChannelPruning(0.5).prune(graph);

        // When
        double predicted = cost().predict(made.before(), made.dependencies(), made.removed());

        // Then
        assertThat(predicted)
                .isCloseTo(CALL + 2 * EACH * Footprint.of(made.graph()).macs(), within(1e-6));
    }
}
