package io.pitlane.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.runtime.GraphSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;

class DilationFoldingTest {

    @ParameterizedTest
    @CsvSource({
        "2, 2, 2, 0, 0, SAME",
        "2, 0, 0, 0, 0, VALID",
        "3, 3, 5, 0, 2, SAME",
        "2, 3, 3, 1, 1, SAME",
        "2, 1, 3, 0, 0, EXPLICIT",
        "4, 2, 2, 0, 1, EXPLICIT",
    })
    void aConvolutionBetweenSpaceAndBatchBecomesTheDilatedOneWithTheSameResult(
            int block, int before, int after, int cropBefore, int cropAfter, String padding) {
        // Given
        var net = new TestNet(-1, 16, 16, 3);
        var graph = net.graph(atrous(net, block, before, after, cropBefore, cropAfter));

        // When
        var folded = new DilationFolding().apply(graph);

        // Then
        assertThat(folded.nodes())
                .extracting(NodeDef::getOp)
                .doesNotContain("SpaceToBatchND", "BatchToSpaceND");
        var attributes = Attributes.of(folded.node("c"));
        assertThat(attributes.ints("dilations", null))
                .containsExactly(1L, (long) block, (long) block, 1L);
        assertThat(attributes.string("padding", "")).isEqualTo(padding);
        assertSame(net, graph, folded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu6", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus"})
    void anyActivationMayFollowTheConvolution(String activation) {
        // Given
        var net = new TestNet(-1, 16, 16, 3);
        var graph = net.graph(atrous(net, 2, 2, 2, 0, 0));
        var activated = NodeBuilder.of(activation, "b/relu").input("b").type("T", DT_FLOAT);
        graph = graph.edit().put(activated.build()).build();

        // When
        var folded = new DilationFolding().apply(graph);

        // Then
        assertThat(folded.nodes()).extracting(NodeDef::getOp).doesNotContain("BatchToSpaceND");
        assertSame(net, graph, folded);
    }

    @Test
    void cropsOfMoreThanThePaddingAreLeftAsTheyAre() {
        var net = new TestNet(-1, 16, 16, 3);
        var graph = net.graph(atrous(net, 2, 0, 0, 0, 1));

        assertThat(new DilationFolding().apply(graph)).isSameAs(graph);
    }

    private static String atrous(
            TestNet net, int block, int before, int after, int cropBefore, int cropAfter) {
        net.vector("block", block, block);
        net.matrix("paddings", before, after, before, after);
        net.matrix("crops", cropBefore, cropAfter, cropBefore, cropAfter);
        net.weight("k", 0.3, 3, 3, 3, 4);
        var forth =
                net.put(
                        NodeBuilder.of("SpaceToBatchND", "forth")
                                .input("x")
                                .input("block")
                                .input("paddings")
                                .type("T", DT_FLOAT));
        var conv =
                net.put(
                        NodeBuilder.of("Conv2D", "c")
                                .input(forth)
                                .input("k")
                                .type("T", DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1)
                                .string("padding", "VALID"));
        return net.put(
                NodeBuilder.of("BatchToSpaceND", "back")
                        .input(net.relu(net.bias("b", conv, 4)))
                        .input("block")
                        .input("crops")
                        .type("T", DT_FLOAT));
    }

    private static void assertSame(TestNet net, FlatGraph expected, FlatGraph actual) {
        try (var before = GraphSession.open(expected);
                var now = GraphSession.open(actual)) {
            var values = before.run(net.images()).get(0);
            var folded = now.run(net.images()).get(0);
            assertThat(folded.shape()).isEqualTo(values.shape());
            for (int i = 0; i < values.values().length; i++) {
                assertThat(folded.values()[i]).isCloseTo(values.values()[i], offset(1e-4f));
            }
        }
    }
}
