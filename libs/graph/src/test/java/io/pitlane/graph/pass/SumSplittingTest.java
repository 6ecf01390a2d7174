package io.pitlane.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

class SumSplittingTest {
    private final TestNet net = new TestNet(-1, 4, 4, 3);

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void aSumOfSeveralIsAChainOfSumsOfTwoWithTheSameResult() {
        // Given
        var inner = sum("inner", "x", net.op("Exp", "exp", "x"), net.op("Neg", "neg", "x"));
        var graph = net.graph(sum("outer", inner, net.op("Square", "square", "x"), inner, "x"));

        // When
        var split = new SumSplitting().apply(graph);

        // Then
        assertThat(split.nodes())
                .extracting(NodeDef::getOp)
                .doesNotContain("AddN")
                .filteredOn("AddV2"::equals)
                .hasSize(5);
        assertThat(split.signature()).isEqualTo(graph.signature());
        var expected = output(graph).values();
        var actual = output(split).values();
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
    }

    @Test
    void aGraphWithoutSuchSumsStaysTheSame() {
        var graph = net.graph(net.op("AddV2", "sum", "x", "x"));

        assertThat(new SumSplitting().apply(graph)).isSameAs(graph);
    }

    private String sum(String name, String... addends) {
        var node =
                NodeBuilder.of("AddN", name)
                        .type("T", DataType.DT_FLOAT)
                        .integer("N", addends.length);
        for (var addend : addends) {
            node.input(addend);
        }
        return net.put(node);
    }

    private FloatTensor output(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.run(net.images(), graph.signature().outputs().get(0).tensor());
        }
    }
}
