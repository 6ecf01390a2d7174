package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.step.PruneStep.Scope;
import io.pitlane.contract.step.PruneStep.SparsityRule;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.LayerNets;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

class MagnitudePruningTest {

    @Test
    void aGlobalThresholdTakesTheSmallestWeightsWhereverTheyAre() {
        var graph = twoDenseLayers(new float[] {1, -2, 3, 4}, new float[] {5, 6, -7, 0.5f});

        var pruned = new MagnitudePruning(step(0.5, Scope.GLOBAL)).prune(graph);

        assertThat(weights(pruned.graph(), "k1")).containsExactly(0, 0, 0, 4);
        assertThat(weights(pruned.graph(), "k2")).containsExactly(5, 6, -7, 0);
        assertThat(pruned.masks().get("k1").values()).containsExactly(0, 0, 0, 1);
        assertThat(pruned.masks().get("k2").values()).containsExactly(1, 1, 1, 0);
    }

    @Test
    void aThresholdForEachLayerTakesTheSameShareOfEach() {
        var graph = twoDenseLayers(new float[] {1, -2, 3, 4}, new float[] {5, 6, -7, 0.5f});

        var pruned = new MagnitudePruning(step(0.5, Scope.LAYERWISE)).prune(graph);

        assertThat(weights(pruned.graph(), "k1")).containsExactly(0, 0, 3, 4);
        assertThat(weights(pruned.graph(), "k2")).containsExactly(0, 6, -7, 0);
    }

    @Test
    void equalWeightsDoNotMakeTheModelSparserThanAsked() {
        var graph = twoDenseLayers(new float[] {1, 1, -1, 1}, new float[] {1, -1, 1, 1});

        var pruned = new MagnitudePruning(step(0.375, Scope.GLOBAL)).prune(graph);

        assertThat(zeros(pruned.graph(), "k1") + zeros(pruned.graph(), "k2")).isEqualTo(3);
        assertThat(pruned.notes().get(0))
                .isEqualTo("weights removed: 3 of 8 in 2 kernels, a sparsity of 0.3750");
    }

    @Test
    void biasesStayWhateverTheirSize() {
        var graph = twoDenseLayers(new float[] {1, 2, 3, 4}, new float[] {5, 6, 7, 8});

        var pruned = new MagnitudePruning(step(0.99, Scope.GLOBAL)).prune(graph);

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
        var pruned = new MagnitudePruning(step(0.5, Scope.LAYERWISE)).prune(graph);

        // Then
        assertThat(pruned.masks()).containsOnlyKeys(LayerNets.KERNEL, "scores/kernel");
        assertThat(zeros(pruned.graph(), LayerNets.KERNEL))
                .isEqualTo(weights(graph, LayerNets.KERNEL).length / 2);
    }

    @Test
    void aThresholdTakesEveryWeightOfASmallerMagnitude() {
        var graph = twoDenseLayers(new float[] {1, -2, 2.5f, 4}, new float[] {5, 6, -7, 0.5f});

        var pruned = new MagnitudePruning(magnitude().threshold(2.5).build()).prune(graph);

        assertThat(weights(pruned.graph(), "k1")).containsExactly(0, 0, 2.5f, 4);
        assertThat(weights(pruned.graph(), "k2")).containsExactly(5, 6, -7, 0);
    }

    @Test
    void theMedianRuleTakesTheRowsWhoseL1NormIsBelowTheMedian() {
        // Given columns of the Const, which are the rows of outputs: L1 norms 5, 2, 4, 1
        var first = new FloatTensor(new float[] {1, -2, 3, 1, -4, 0, 1, 0}, 2, 4);
        var second = new FloatTensor(new float[] {1, 9, 1, 9, 1, 9, 1, 9}, 4, 2);
        var graph = twoDenseLayers(first, second);

        // When
        var pruned =
                new MagnitudePruning(magnitude().rule(SparsityRule.MEDIAN).build()).prune(graph);

        // Then the median of the four rows is 3
        assertThat(weights(pruned.graph(), "k1")).containsExactly(1, 0, 3, 0, -4, 0, 1, 0);
        assertThat(weights(pruned.graph(), "k2")).isEqualTo(second.values());
        assertThat(pruned.notes()).contains("left alone: d2: its rows are outputs of the model");
    }

    @Test
    void aKernelKeepsItsLargestWeight() {
        var graph = twoDenseLayers(new float[] {1, -2, 3, 4}, new float[] {50, 60, -70, 80});

        var ratio = new MagnitudePruning(step(0.625, Scope.GLOBAL)).prune(graph);
        var threshold = new MagnitudePruning(magnitude().threshold(55.0).build()).prune(graph);

        assertThat(weights(ratio.graph(), "k1")).containsExactly(0, 0, 0, 4);
        assertThat(weights(ratio.graph(), "k2")).containsExactly(0, 0, -70, 80);
        assertThat(weights(threshold.graph(), "k1")).containsExactly(0, 0, 0, 4);
        assertThat(weights(threshold.graph(), "k2")).containsExactly(0, 60, -70, 80);
    }

    @Test
    void anIgnoredLayerKeepsItsWeights() {
        var graph = twoDenseLayers(new float[] {1, -2, 3, 4}, new float[] {5, 6, -7, 0.5f});
        var step = magnitude().ignore(List.of("d2*")).build();

        var pruned = new MagnitudePruning(step).prune(graph);

        assertThat(weights(pruned.graph(), "k1")).containsExactly(0, 0, 3, 4);
        assertThat(weights(pruned.graph(), "k2")).containsExactly(5, 6, -7, 0.5f);
        assertThat(pruned.notes()).contains("left alone: d2: in ignore");
    }

    @Test
    void whatAnEarlierStepRemovedStaysRemovedAtASmallerRatio() {
        var graph = twoDenseLayers(new float[] {0, 0, 0, 4}, new float[] {5, 6, -7, 0.5f});

        var pruned = new MagnitudePruning(step(0.25, Scope.LAYERWISE)).prune(graph);

        assertThat(pruned.masks().get("k1").values()).containsExactly(0, 0, 0, 1);
        assertThat(pruned.masks().get("k2").values()).containsExactly(1, 1, 1, 0);
    }

    /** Kernels of each layout: the axes of outputs and inputs, written out for each operation. */
    static Stream<Arguments> matrices() {
        return Stream.of(
                Arguments.of("Conv2D", false, 3, 2),
                Arguments.of("Conv3D", false, 4, 3),
                Arguments.of("Conv2DBackpropInput", false, 2, 3),
                Arguments.of("MatMul", false, 1, 0),
                Arguments.of("MatMul", true, 0, 1));
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void ofEachGroupOfInputsThePatternKeepsTheLargest(
            String op, boolean transposed, int outputs, int inputs) {
        // Given
        var graph = matrix(op, transposed, outputs, inputs, 8, 3);
        var before = FloatTensor.of(graph.node("kernel"));

        // When
        var pruned = new MagnitudePruning(magnitude().pattern("2:4").build()).prune(graph);

        // Then
        var groups = new TreeMap<String, List<Integer>>();
        for (int i = 0; i < before.values().length; i++) {
            var at = position(before.shape(), i);
            at[inputs] /= 4;
            groups.computeIfAbsent(Arrays.toString(at), g -> new ArrayList<>()).add(i);
        }
        var after = FloatTensor.of(pruned.graph().node("kernel"));
        assertThat(groups).hasSize(before.values().length / 4);
        for (var group : groups.values()) {
            var largest =
                    group.stream()
                            .sorted(Comparator.comparing(i -> -Math.abs(before.values()[i])))
                            .limit(2)
                            .toList();
            for (int i : group) {
                assertThat(after.values()[i])
                        .isEqualTo(largest.contains(i) ? before.values()[i] : 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void blocksAreRemovedAsAWhole(String op, boolean transposed, int outputs, int inputs) {
        // Given
        var graph = matrix(op, transposed, outputs, inputs, 6, 8);
        var before = FloatTensor.of(graph.node("kernel"));

        // When
        var pruned =
                new MagnitudePruning(magnitude().pattern("4x2").ratio(0.25).build()).prune(graph);

        // Then
        var norms = new TreeMap<String, Double>();
        var kept = new TreeMap<String, Integer>();
        var after = FloatTensor.of(pruned.graph().node("kernel"));
        for (int i = 0; i < before.values().length; i++) {
            var at = position(before.shape(), i);
            at[outputs] /= 4;
            at[inputs] /= 2;
            norms.merge(Arrays.toString(at), (double) Math.abs(before.values()[i]), Double::sum);
            kept.merge(Arrays.toString(at), after.values()[i] == 0 ? 0 : 1, Integer::sum);
        }
        var smallest =
                norms.keySet().stream()
                        .sorted(Comparator.comparing(norms::get))
                        .limit(Math.round(norms.size() * 0.25))
                        .toList();
        kept.forEach(
                (block, weights) ->
                        assertThat(weights).isEqualTo(smallest.contains(block) ? 0 : 8));
    }

    @Test
    void aKernelThatAPatternDoesNotDivideIsLeftAlone() {
        // Given
        var graph = matrix("Conv2D", false, 3, 2, 6, 8);

        // When
        var groups = new MagnitudePruning(magnitude().pattern("2:4").build()).prune(graph);
        var blocks = new MagnitudePruning(magnitude().pattern("1x4").build()).prune(graph);

        // Then
        assertThat(groups.masks()).isEmpty();
        assertThat(groups.notes())
                .contains("left alone: layer: 8 x 6 outputs x inputs do not divide into 2:4");
        assertThat(blocks.notes())
                .contains("left alone: layer: 8 x 6 outputs x inputs do not divide into 1x4");
    }

    private static int[] position(long[] shape, int index) {
        var position = new int[shape.length];
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            position[axis] = index % (int) shape[axis];
            index /= (int) shape[axis];
        }
        return position;
    }

    /** A layer alone, with a kernel of distinct weights. */
    private static FlatGraph matrix(
            String op, boolean transposed, int outputAxis, int inputAxis, int inputs, int outputs) {
        var shape = new long[Math.max(outputAxis, inputAxis) + 1];
        Arrays.fill(shape, 2);
        shape[inputAxis] = inputs;
        shape[outputAxis] = outputs;
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        var weights = new float[size];
        for (int i = 0; i < size; i++) {
            // 7919 is prime: a permutation of 1..size.
            weights[i] = (1 + i * 7919L % size) * (i % 3 == 0 ? -0.25f : 0.25f);
        }
        var layer = NodeBuilder.of(op, "layer").type("T", DT_FLOAT);
        if (op.equals("Conv2DBackpropInput")) {
            layer.input("sizes").input("kernel").input("x");
        } else {
            layer.input("x").input("kernel").bool("transpose_b", transposed);
        }
        var nodes =
                List.of(
                        NodeBuilder.of("Placeholder", "x").type("dtype", DT_FLOAT).build(),
                        NodeBuilder.of("Placeholder", "sizes").type("dtype", DT_INT32).build(),
                        new FloatTensor(weights, shape).toConst("kernel"),
                        layer.build());
        return GraphEditor.of(
                        nodes,
                        new GraphSignature(
                                "serving_default", List.of(port("x")), List.of(port("layer"))),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
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
        var pruned = new MagnitudePruning(step(0.5, Scope.GLOBAL)).prune(net.graph(attention));

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
        var pruned = new MagnitudePruning(step(0.5, Scope.GLOBAL)).prune(net.graph(grey));

        // Then
        assertThat(pruned.notes())
                .contains("left alone: grey: pruning does not support Dilation2D");
    }

    private static PruneStep step(double ratio, Scope scope) {
        return magnitude().ratio(ratio).scope(scope).build();
    }

    private static PruneStep.Builder magnitude() {
        return PruneStep.builder().method(Method.MAGNITUDE);
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
        return twoDenseLayers(new FloatTensor(first, 2, 2), new FloatTensor(second, 2, 2));
    }

    private static FlatGraph twoDenseLayers(FloatTensor first, FloatTensor second) {
        var nodes =
                List.of(
                        NodeBuilder.of("Placeholder", "x").type("dtype", DT_FLOAT).build(),
                        first.toConst("k1"),
                        second.toConst("k2"),
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
