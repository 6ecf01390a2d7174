package io.pitlane.graph.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeadChannelsTest {
    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** Two convolutions, and a dense layer over 4 x 4 positions. */
    private static FlatGraph net() {
        var net = new SampleNetwork(5);
        var x = net.input("image", -1, 8, 8, 1);
        x = net.relu("relu1", net.bias("bias1", net.conv("conv1", x, 3, 1, 6, 2), 6));
        x = net.relu("relu2", net.bias("bias2", net.conv("conv2", x, 3, 6, 5, 1), 5));
        x = net.dense("scores", net.reshape("flat", x, -1, 80), 80, 3);
        return net.output("scores", x, -1, 3).build();
    }

    @Test
    void channelsThatNoWeightReadsGoWithThoseBeforeThem() {
        // Given: conv2 reads channels 1 and 3 of conv1 for its channel 2 alone, which is not read
        var graph = net();
        graph = zeroed(graph, "scores/kernel", i -> i / 3 % 5 == 2);
        graph = zeroed(graph, "conv2/kernel", i -> i / 5 % 2 == 1 && i / 5 % 6 < 5 && i % 5 != 2);

        // When
        var result = DeadChannels.removed(graph);

        // Then
        assertThat(result.removed()).isEqualTo(3);
        assertThat(shape(result.graph(), "conv1/kernel")).containsExactly(3, 3, 1, 4);
        assertThat(shape(result.graph(), "bias1/bias")).containsExactly(4);
        assertThat(shape(result.graph(), "conv2/kernel")).containsExactly(3, 3, 4, 4);
        assertThat(shape(result.graph(), "scores/kernel")).containsExactly(64, 3);
        var before = outputs(graph);
        var after = outputs(result.graph());
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-5f));
        }
    }

    @Test
    void aModelWhoseChannelsAreAllReadStaysAsItIs() {
        var graph = net();

        var result = DeadChannels.removed(graph);

        assertThat(result.removed()).isZero();
        assertThat(result.graph()).isSameAs(graph);
    }

    @Test
    void theLastChannelOfATensorStays() {
        var graph = zeroed(net(), "scores/kernel", i -> true);

        var result = DeadChannels.removed(graph);

        assertThat(shape(result.graph(), "conv2/kernel")).endsWith(1);
        assertThat(outputs(result.graph())).containsOnly(0f);
    }

    private static FlatGraph zeroed(FlatGraph graph, String name, IntPredicate which) {
        var weight = FloatTensor.of(graph.node(name));
        var values = weight.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = which.test(i) ? 0 : values[i];
        }
        return graph.edit().put(new FloatTensor(values, weight.shape()).toConst(name)).build();
    }

    private static long[] shape(FlatGraph graph, String name) {
        return FloatTensor.of(graph.node(name)).shape();
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
