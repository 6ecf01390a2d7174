package io.pitlane.graph.channels.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GlobalAllocationTest {
    private final TestNet net = new TestNet(-1, 8, 8, 3);

    private FlatGraph net() {
        var c1 = net.relu(net.conv("c1", "x", 3, 4));
        var c2 = net.relu(net.conv("c2", c1, 4, 8));
        var c3 = net.relu(net.conv("c3", c2, 8, 4));
        return net.graph(net.dense("d", net.globalMean("gap", c3, false), 4, 5));
    }

    /** The mean is 1 in c1, 10 in c2 and 4 in c3. */
    private static Map<Integer, Double> scores(ChannelGroup group) {
        var scores =
                switch (group.layers().get(0)) {
                    case "c1" -> new double[] {0.1, 0.2, 1.7, 2};
                    case "c2" -> new double[] {5, 9, 9, 9, 9, 9, 15, 15};
                    default -> new double[] {3.9, 4, 4, 4.1};
                };
        var byChannel = new HashMap<Integer, Double>();
        for (int i = 0; i < group.removable().length; i++) {
            byChannel.put(group.removable()[i], scores[i]);
        }
        return byChannel;
    }

    @Test
    void theLowestScoresOverAllGroupsGo() {
        var pruned = prune(3.0 / 16, new ChannelLimits(0.9, 1, Set.of()));

        // Then 0.1 and 0.2 of c1 and 5 / 10 of c2
        assertThat(outputs(pruned, "c1")).isEqualTo(2);
        assertThat(outputs(pruned, "c2")).isEqualTo(7);
        assertThat(outputs(pruned, "c3")).isEqualTo(4);
    }

    @Test
    void aGroupThatMayLoseNoMoreLeavesItToTheOthers() {
        var pruned = prune(8.0 / 16, new ChannelLimits(0.5, 1, Set.of("c3")));

        // Then c1 keeps half, c2 its four of the same score among which the order decides
        assertThat(outputs(pruned, "c1")).isEqualTo(2);
        assertThat(outputs(pruned, "c2")).isEqualTo(4);
        assertThat(outputs(pruned, "c3")).isEqualTo(4);
    }

    @Test
    void everyLayerKeepsAMultiple() {
        var pruned = prune(8.0 / 16, new ChannelLimits(0.9, 2, Set.of()));

        assertThat(outputs(pruned, "c1")).isEqualTo(2);
        assertThat(outputs(pruned, "c2")).isEqualTo(2);
        assertThat(outputs(pruned, "c3")).isEqualTo(4);
    }

    private FlatGraph prune(double ratio, ChannelLimits limits) {
        return new ChannelPruning(
                        (graph, dependencies) -> GlobalAllocationTest::scores,
                        new GlobalAllocation(ratio, limits))
                .prune(net())
                .graph();
    }

    private static long outputs(FlatGraph graph, String layer) {
        return FloatTensor.of(graph.node(layer + "/kernel")).shape()[3];
    }
}
