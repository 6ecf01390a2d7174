package io.pitlane.graph.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelRestorationTest {
    private final FlatGraph graph = residual();

    private static FlatGraph residual() {
        var net = new TestNet(-1, 8, 8, 3);
        var stem = net.relu(net.batchNorm("n1", net.conv("c1", "x", 3, 16), 16));
        var a = net.relu(net.batchNorm("n2", net.conv("c2", stem, 16, 12), 12));
        var b = net.bias("b3", net.conv("c3", a, 12, 16), 16);
        var sum = net.op("Sigmoid", "act", net.op("AddV2", "sum", stem, b));
        var flat = net.reshape("flat", net.pool("p", sum), -1, 256);
        return net.graph(net.bias("b", net.dense("d", flat, 256, 5), 5));
    }

    @Test
    void aRestoredModelComputesTheOutputsOfThePrunedOne() {
        // Given
        var pruned = new ChannelPruning(0.5).prune(graph);

        // When
        var restored =
                new ChannelRestoration(graph).restored(pruned.graph(), pruned.removed()).get();

        // Then
        assertThat(restored.node("c2/kernel").getAttrOrThrow("value").getTensor().getTensorShape())
                .isEqualTo(
                        graph.node("c2/kernel")
                                .getAttrOrThrow("value")
                                .getTensor()
                                .getTensorShape());
        var expected = outputs(pruned.graph());
        var actual = outputs(restored);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
        }
    }

    @Test
    void pruningARestoredModelByTheSameRatioGivesThePrunedModel() {
        // Given
        var pruned = new ChannelPruning(0.25).prune(graph);
        var restored =
                new ChannelRestoration(graph).restored(pruned.graph(), pruned.removed()).get();

        // When
        var again = new ChannelPruning(0.25).prune(restored);

        // Then
        assertThat(again.removed()).isEqualTo(pruned.removed());
        assertThat(again.graph().toGraphDef()).isEqualTo(pruned.graph().toGraphDef());
    }

    @Test
    void aRestoredModelHasZerosForEveryRemovedChannel() {
        // Given
        var pruned = new ChannelPruning(0.5).prune(graph);

        // When
        var restored =
                new ChannelRestoration(graph).restored(pruned.graph(), pruned.removed()).get();

        // Then: half of the outputs and half of the inputs of the kernel are zero
        var kernel = FloatTensor.of(restored.node("c2/kernel")).values();
        int zeros = 0;
        for (float weight : kernel) {
            zeros += weight == 0 ? 1 : 0;
        }
        assertThat(zeros).isEqualTo(kernel.length * 3 / 4);
    }

    @Test
    void aModelWithOtherNodesIsNotRestored() {
        // Given
        var other = new TestNet(-1, 8, 8, 3);
        var otherGraph = other.graph(other.conv("c1", "x", 3, 16));

        // Then
        assertThat(new ChannelRestoration(graph).restored(otherGraph, Set.of())).isEmpty();
    }

    @Test
    void aModelThatLostOtherChannelsIsNotRestored() {
        // Given
        var pruned = new ChannelPruning(0.5).prune(graph);

        // Then
        assertThat(new ChannelRestoration(graph).restored(pruned.graph(), Set.of())).isEmpty();
    }

    private static float[] outputs(FlatGraph graph) {
        var random = new Random(5);
        var values = new float[2 * 8 * 8 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        try (var session = GraphSession.open(graph)) {
            return session.run(new FloatTensor(values, 2, 8, 8, 3)).get(0).values();
        }
    }
}
