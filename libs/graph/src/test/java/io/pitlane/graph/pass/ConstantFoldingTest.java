package io.pitlane.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.TensorProto;

class ConstantFoldingTest {
    private final ConstantFolding folding = new ConstantFolding();
    private final SampleNetwork net = new SampleNetwork(5);
    private final String x = net.input("x", -1, 4);

    @Test
    void aChainOfConstantsBecomesOne() {
        // Given
        var variance = net.add(floats("Exp", "exp", net.weights("w", 0, 1, 4)));
        var factor = net.add(floats("Rsqrt", "rsqrt", variance));
        var graph = output(net.add(floats("Mul", "mul", x, factor)));

        // When
        var folded = folding.apply(graph);

        // Then
        assertThat(folded.nodes())
                .extracting(n -> n.getOp())
                .containsExactly("Placeholder", "Const", "Mul");
        var w = FloatTensor.of(graph.node("w"));
        var expected = w.map(v -> 1 / Math.sqrt(Math.exp(v))).values();
        assertThat(FloatTensor.of(folded.node("rsqrt")).values())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(expected);
    }

    @Test
    void everyOutputOfASplitIsFolded() {
        // Given
        zero("axis");
        var split =
                NodeBuilder.of("Split", "split")
                        .input("axis")
                        .input(net.weights("w", 0, 1, 8))
                        .type("T", DT_FLOAT)
                        .integer("num_split", 2);
        net.add(split);
        var sum = net.add(floats("AddV2", "sum", x, "split:1"));
        var graph = output(net.add(floats("Mul", "mul", sum, "split")));

        // When
        var folded = folding.apply(graph);

        // Then
        assertThat(folded.nodes()).extracting(n -> n.getOp()).doesNotContain("Split");
        assertThat(ModelOutputs.of(folded, 2, 1).maxDifference(ModelOutputs.of(graph, 2, 1)))
                .isZero();
    }

    @Test
    void randomNumbersAreNotFolded() {
        // Given
        net.add(vector("shape", 4));
        var random =
                net.add(
                        NodeBuilder.of("RandomUniform", "random")
                                .input("shape")
                                .type("T", DT_INT32)
                                .type("dtype", DT_FLOAT));
        var graph = output(net.add(floats("AddV2", "sum", x, random)));

        // When, Then
        assertThat(folding.apply(graph).nodes()).isEqualTo(graph.nodes());
    }

    @Test
    void whatWouldGrowWithoutBoundIsNotFolded() {
        // Given
        net.add(vector("dims", 100_000, 100_000, 4));
        var fill =
                net.add(
                        NodeBuilder.of("Fill", "fill")
                                .input("dims")
                                .input(net.weights("value", 1, 0))
                                .type("T", DT_FLOAT)
                                .type("index_type", DT_INT32));
        var graph = output(net.add(floats("AddV2", "sum", x, fill)));

        // When, Then
        assertThat(folding.apply(graph).find("fill")).contains(graph.node("fill"));
    }

    private FlatGraph output(String tensor) {
        return net.output("y", tensor, -1, 4).build();
    }

    private void zero(String name) {
        var scalar =
                TensorProto.newBuilder()
                        .setDtype(DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto())
                        .addIntVal(0)
                        .build();
        net.add(NodeBuilder.of("Const", name).attrsOf(NodeBuilder.constant(name, scalar)));
    }

    private static NodeBuilder vector(String name, int... sizes) {
        return NodeBuilder.of("Const", name).attrsOf(NodeBuilder.intVector(name, sizes));
    }

    private static NodeBuilder floats(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        for (var input : inputs) {
            node.input(input);
        }
        return node;
    }
}
