package io.pitlane.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupedConvolutionsTest {
    private static final String MARK = "_grappler_do_not_remove";

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void onlyAConvolutionOfSeveralGroupsIsKeptFromFusion() {
        var net = new TestNet(-1, 8, 8, 4);
        var plain = net.relu(net.bias("b1", net.conv("plain", "x", 4, 8), 8));
        var grouped = net.relu(net.bias("b2", net.conv("grouped", plain, 2, 8), 8));

        var unfused = GroupedConvolutions.unfused(net.graph(grouped));

        assertThat(unfused.nodes().stream().filter(node -> node.containsAttr(MARK)))
                .extracting(node -> node.getName())
                .containsExactly("grouped");
    }

    @Test
    void splitIntoOneConvolutionAGroupItAnswersTheSame() {
        var net = new TestNet(-1, 8, 8, 6);
        var grouped = net.relu(net.bias("b", net.conv("grouped", "x", 2, 9), 9));
        var graph = net.graph(grouped);

        var split = GroupedConvolutions.split(graph);

        assertThat(split.nodes().stream().filter(node -> node.getOp().equals("Conv2D"))).hasSize(3);
        assertThat(outputs(split, net)).containsExactly(outputs(graph, net), within(1e-5f));
    }

    private static float[] outputs(FlatGraph graph, TestNet net) {
        try (var session = GraphSession.open(graph)) {
            return session.run(net.images()).get(0).values();
        }
    }

    @Test
    void aGraphWithoutThemStaysTheSame() {
        var net = new TestNet(-1, 8, 8, 4);
        var graph = net.graph(net.conv("plain", "x", 4, 8));

        assertThat(GroupedConvolutions.unfused(graph)).isSameAs(graph);
    }
}
