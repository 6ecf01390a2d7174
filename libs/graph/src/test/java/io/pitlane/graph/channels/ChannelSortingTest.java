package io.pitlane.graph.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChannelSortingTest {
    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** A residual block, a concatenation, and a dense layer over 4 x 4 positions. */
    private static FlatGraph net() {
        var net = new SampleNetwork(5);
        var x = net.input("image", -1, 8, 8, 1);
        x = net.relu("relu1", net.batchNorm("norm1", net.conv("conv1", x, 3, 1, 6, 2), 6));
        var inner = net.relu("relu2", net.bias("bias2", net.conv("conv2", x, 3, 6, 5, 1), 5));
        x = net.plus("sum", net.conv("conv3", inner, 3, 5, 6, 1), x);
        x = net.concat("both", x, net.relu("relu4", net.conv("conv4", inner, 1, 5, 4, 1)));
        x = net.dense("scores", net.reshape("flat", x, -1, 160), 160, 3);
        return thinned(net.output("scores", x, -1, 3).build());
    }

    /** Every kernel with more zeros in earlier outputs. */
    private static FlatGraph thinned(FlatGraph graph) {
        var editor = graph.edit();
        var random = new Random(4);
        for (var node : graph.nodes()) {
            if (node.getName().endsWith("/kernel")) {
                var weight = FloatTensor.of(node);
                int outputs = (int) weight.shape()[weight.rank() - 1];
                var values = weight.values().clone();
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextInt(outputs) > i % outputs ? 0 : values[i];
                }
                editor.put(new FloatTensor(values, weight.shape()).toConst(node.getName()));
            }
        }
        return editor.build();
    }

    @Test
    void theDensestChannelsComeFirstAndTheOutputsStay() {
        // Given
        var graph = net();

        // When
        var sorted = ChannelSorting.byDensity(graph);

        // Then
        for (var kernel : new String[] {"conv2/kernel", "conv4/kernel"}) {
            assertThat(counts(graph, kernel)).isNotEqualTo(counts(sorted, kernel));
            assertThat(counts(sorted, kernel)).isSortedAccordingTo((a, b) -> b - a);
        }
        var before = outputs(graph);
        var after = outputs(sorted);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-4f));
        }
    }

    @Test
    void theScoresKeepTheirOrder() {
        var graph = net();

        var sorted = ChannelSorting.byDensity(graph);

        assertThat(counts(sorted, "scores/kernel")).isEqualTo(counts(graph, "scores/kernel"));
    }

    private static Integer[] counts(FlatGraph graph, String name) {
        var weight = FloatTensor.of(graph.node(name));
        int outputs = (int) weight.shape()[weight.rank() - 1];
        var counts = new Integer[outputs];
        Arrays.fill(counts, 0);
        for (int i = 0; i < weight.values().length; i++) {
            counts[i % outputs] += weight.values()[i] == 0 ? 0 : 1;
        }
        return counts;
    }

    private static float[] outputs(FlatGraph graph) {
        var random = new Random(1);
        var pixels = new float[2 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        try (var session = GraphSession.open(graph)) {
            return session.run(new FloatTensor(pixels, 2, 8, 8, 1)).get(0).values();
        }
    }
}
