package io.pitlane.graph.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class ResidualBlocksTest {
    private final TestNet net = new TestNet(-1, 8, 8, 4);

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** Two convolutions around a sum with the block's input, as in ResNet. */
    private String block(String name, String in) {
        var inner = net.relu(net.conv(name + "/conv1", in, 4, 4));
        return net.relu(net.op("AddV2", name + "/sum", net.conv(name + "/conv2", inner, 4, 4), in));
    }

    @Test
    void blocksOfEqualShapeAreFoundWithTheirLayers() {
        var graph = net.graph(block("b", block("a", net.conv("stem", "x", 4, 4))));

        var blocks = ResidualBlocks.of(graph);

        assertThat(blocks).extracting(ResidualBlock::name).containsExactly("a", "b");
        assertThat(blocks.get(0).shortcut()).isEqualTo(TensorRef.of("stem"));
        assertThat(blocks.get(0).layers()).containsExactly("a/conv1", "a/conv2");
    }

    @Test
    void withoutItsBlocksTheGraphComputesWhatTheShortcutsCarry() {
        var graph = net.graph(block("b", block("a", net.conv("stem", "x", 4, 4))));
        var blocks = ResidualBlocks.of(graph);

        var first = ResidualBlocks.without(graph, blocks.subList(0, 1));
        var none = ResidualBlocks.without(graph, List.of(blocks.get(1), blocks.get(0)));

        assertThat(first.find("a/conv1")).isEmpty();
        assertThat(first.find("b/conv1")).isPresent();
        assertThat(output(none)).isEqualTo(stemBehindRelu());
    }

    private FloatTensor stemBehindRelu() {
        var alone = new TestNet(-1, 8, 8, 4);
        return output(alone.graph(alone.relu(alone.conv("stem", "x", 4, 4))));
    }

    private FloatTensor output(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.run(net.images()).get(0);
        }
    }

    @Test
    void aSumOfTwoByAddNIsABlockAndOneOfThreeIsNot() {
        // Given
        var stem = net.conv("stem", "x", 4, 4);
        var two = addN("two", net.conv("two/conv", stem, 4, 4), stem);
        var three = addN("three", net.conv("three/conv", two, 4, 4), two, stem);

        // When
        var blocks = ResidualBlocks.of(net.graph(three));

        // Then
        assertThat(blocks).extracting(ResidualBlock::name).containsExactly("two");
    }

    private String addN(String name, String... summands) {
        var node = NodeBuilder.of("AddN", name).type("T", DataType.DT_FLOAT);
        for (var summand : summands) {
            node.input(summand);
        }
        return net.put(node.integer("N", summands.length));
    }

    @Test
    void aBlockOfABatchedProductIsFound() {
        // Given
        var tokens = new TestNet(-1, 6, 4);
        tokens.weight("block/kernel", 0.5, 4, 4);
        tokens.put(
                NodeBuilder.of("BatchMatMulV3", "block/product")
                        .input("x")
                        .input("block/kernel")
                        .type("Ta", DataType.DT_FLOAT)
                        .type("Tb", DataType.DT_FLOAT)
                        .type("Tout", DataType.DT_FLOAT));
        var graph = tokens.graph(tokens.op("AddV2", "sum", "block/product", "x"));

        // When
        var blocks = ResidualBlocks.of(graph);

        // Then
        assertThat(blocks)
                .singleElement()
                .satisfies(block -> assertThat(block.layers()).containsExactly("block/product"));
    }

    @Test
    void aBlockWhoseShortcutIsAConvolutionStays() {
        var left = net.conv("left", "x", 4, 4);
        var right = net.conv("right", "x", 4, 4);

        assertThat(ResidualBlocks.of(net.graph(net.op("AddV2", "sum", left, right)))).isEmpty();
    }

    @Test
    void aBranchThatIsUsedElsewhereStays() {
        var stem = net.conv("stem", "x", 4, 4);
        var inner = net.conv("inner", stem, 4, 4);
        var sum = net.op("AddV2", "sum", stem, net.conv("outer", inner, 4, 4));

        assertThat(ResidualBlocks.of(net.graph(net.concat("both", sum, inner)))).isEmpty();
    }

    @Test
    void aBiasIsNoBlockAndNeitherIsABranchWithoutLayers() {
        var stem = net.bias("b", net.conv("stem", "x", 4, 4), 4);
        var sum = net.op("AddV2", "sum", stem, net.relu(stem));

        assertThat(ResidualBlocks.of(net.graph(sum))).isEmpty();
    }

    @Test
    void ofBlocksInsideOneAnotherTheInnermostCount() {
        var stem = net.conv("stem", "x", 4, 4);
        var inner = block("inner", net.conv("outer/conv", stem, 4, 4));
        var graph = net.graph(net.op("AddV2", "outer/sum", stem, inner));

        assertThat(ResidualBlocks.of(graph))
                .extracting(ResidualBlock::name)
                .containsExactly("inner");
    }
}
