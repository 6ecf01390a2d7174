package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.step.PruneStep.Scope;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.LayerNets;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

class MagnitudePruningTest {

    @Test
    void aGlobalThresholdTakesTheSmallestWeightsWhereverTheyAre() {
        var graph = twoDenseLayers(new float[] {1, -2, 3, 4}, new float[] {5, 6, -7, 0.5f});

        var pruned = new MagnitudePruning(0.5, Scope.GLOBAL).prune(graph);

        assertThat(weights(pruned.graph(), "k1")).containsExactly(0, 0, 0, 4);
        assertThat(weights(pruned.graph(), "k2")).containsExactly(5, 6, -7, 0);
        assertThat(pruned.masks().get("k1").values()).containsExactly(0, 0, 0, 1);
        assertThat(pruned.masks().get("k2").values()).containsExactly(1, 1, 1, 0);
    }

    @Test
    void aThresholdForEachLayerTakesTheSameShareOfEach() {
        var graph = twoDenseLayers(new float[] {1, -2, 3, 4}, new float[] {5, 6, -7, 0.5f});

        var pruned = new MagnitudePruning(0.5, Scope.LAYERWISE).prune(graph);

        assertThat(weights(pruned.graph(), "k1")).containsExactly(0, 0, 3, 4);
        assertThat(weights(pruned.graph(), "k2")).containsExactly(0, 6, -7, 0);
    }

    @Test
    void equalWeightsDoNotMakeTheModelSparserThanAsked() {
        var graph = twoDenseLayers(new float[] {1, 1, -1, 1}, new float[] {1, -1, 1, 1});

        var pruned = new MagnitudePruning(0.375, Scope.GLOBAL).prune(graph);

        assertThat(zeros(pruned.graph(), "k1") + zeros(pruned.graph(), "k2")).isEqualTo(3);
        assertThat(pruned.notes().get(0))
                .isEqualTo("weights removed: 3 of 8 in 2 kernels, a sparsity of 0.3750");
    }

    @Test
    void biasesStayWhateverTheirSize() {
        var graph = twoDenseLayers(new float[] {1, 2, 3, 4}, new float[] {5, 6, 7, 8});

        var pruned = new MagnitudePruning(0.99, Scope.GLOBAL).prune(graph);

        assertThat(weights(pruned.graph(), "b")).containsExactly(0.001f, 0.002f);
        assertThat(pruned.masks()).containsOnlyKeys("k1", "k2");
    }

    static Stream<LayerNets.Variant> layers() {
        return LayerNets.variants();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theKernelOfEveryLayerIsPruned(LayerNets.Variant layer) {
        // Given
        var graph = layer.net();

        // When
        var pruned = new MagnitudePruning(0.5, Scope.LAYERWISE).prune(graph);

        // Then
        assertThat(pruned.masks()).containsOnlyKeys(LayerNets.KERNEL, "scores/kernel");
        assertThat(zeros(pruned.graph(), LayerNets.KERNEL))
                .isEqualTo(weights(graph, LayerNets.KERNEL).length / 2);
    }

    @Test
    void layersWhoseKernelTheGraphComputesAreNamed() {
        // Given
        var net = new TestNet(-1, 6, 4);
        var attention =
                net.put(
                        NodeBuilder.of("BatchMatMulV2", "attention")
                                .input("x")
                                .input("x")
                                .type("T", DT_FLOAT)
                                .bool("adj_y", true));

        // When
        var pruned = new MagnitudePruning(0.5, Scope.GLOBAL).prune(net.graph(attention));

        // Then
        assertThat(pruned.masks()).isEmpty();
        assertThat(pruned.notes()).contains("left alone: attention: no constant float32 kernel");
    }

    @Test
    void layersThatPruningDoesNotSupportAreNamed() {
        // Given
        var net = new TestNet(-1, 8, 8, 1);
        net.weight("grey/kernel", 0.3, 3, 3, 1);
        var grey =
                net.put(
                        NodeBuilder.of("Dilation2D", "grey")
                                .input("x")
                                .input("grey/kernel")
                                .type("T", DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1)
                                .ints("rates", 1L, 1, 1, 1)
                                .string("padding", "SAME"));

        // When
        var pruned = new MagnitudePruning(0.5, Scope.GLOBAL).prune(net.graph(grey));

        // Then
        assertThat(pruned.notes())
                .contains("left alone: grey: pruning does not support Dilation2D");
    }

    private static float[] weights(FlatGraph graph, String name) {
        return FloatTensor.of(graph.node(name)).values();
    }

    private static long zeros(FlatGraph graph, String name) {
        long zeros = 0;
        for (float weight : weights(graph, name)) {
            zeros += weight == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static FlatGraph twoDenseLayers(float[] first, float[] second) {
        var nodes =
                List.of(
                        NodeBuilder.of("Placeholder", "x").type("dtype", DT_FLOAT).build(),
                        new FloatTensor(first, 2, 2).toConst("k1"),
                        new FloatTensor(second, 2, 2).toConst("k2"),
                        new FloatTensor(new float[] {0.001f, 0.002f}, 2).toConst("b"),
                        op("MatMul", "d1", "x", "k1"),
                        op("BiasAdd", "a", "d1", "b"),
                        op("MatMul", "d2", "a", "k2"));
        return GraphEditor.of(
                        nodes,
                        new GraphSignature(
                                "serving_default", List.of(port("x")), List.of(port("d2"))),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private static NodeDef op(String op, String name, String left, String right) {
        return NodeBuilder.of(op, name).input(left).input(right).type("T", DT_FLOAT).build();
    }

    private static GraphSignature.Port port(String name) {
        return new GraphSignature.Port(name, TensorRef.of(name), DT_FLOAT, List.of(-1L, 2L));
    }
}
