package io.pitlane.graph.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class L1SaliencyTest {

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
        var net = new TestNet(-1, 4, 4, 1);
        net.constant("k", new FloatTensor(new float[] {3, -1, 2, -4}, 1, 1, 1, 4));
        var norm = net.batchNorm("n", net.convWith("c1", "x", "k", 1, "NHWC"), 4);
        net.constant("n/gamma", new FloatTensor(new float[] {0.1f, 10, 1, 1}, 4));
        net.constant("n/variance", new FloatTensor(new float[] {1, 1, 1, 100}, 4));
        var graph = net.graph(net.conv("c2", net.relu(norm), 4, 2));

        var pruned = new ChannelPruning(0.5).prune(graph).graph();

        assertThat(FloatTensor.of(pruned.node("k")).values()).containsExactly(-1, 2);
    }
}
