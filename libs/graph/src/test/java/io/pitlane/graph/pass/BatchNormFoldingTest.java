package io.pitlane.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

class BatchNormFoldingTest {
    private final BatchNormFolding folding = new BatchNormFolding();

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theOutputsStayTheSame(String name) {
        var graph = SampleGraphs.all().get(name).get();

        var folded = folding.apply(graph);

        assertThat(ModelOutputs.of(graph, 3, 1).maxDifference(ModelOutputs.of(folded, 3, 1)))
                .isLessThan(1e-5);
        assertThat(folded.signature().outputs())
                .extracting(GraphSignature.Port::name)
                .isEqualTo(
                        graph.signature().outputs().stream()
                                .map(GraphSignature.Port::name)
                                .toList());
    }

    static List<String> whereAllFolds() {
        return List.of(
                "residual",
                "mobile",
                "unet",
                "detector",
                "branches",
                "mulAddNorm",
                "sharedWeights");
    }

    @ParameterizedTest
    @MethodSource("whereAllFolds")
    void noBatchNormRemains(String name) {
        var ops = ops(folding.apply(SampleGraphs.all().get(name).get()));

        assertThat(ops).doesNotContain("FusedBatchNormV3", "Mul");
    }

    @Test
    void theScaleAndBiasAfterA3dConvolutionAreFolded() {
        // Given
        var net = new SampleNetwork(5);
        var volume = net.reshape("volume", net.input("image", -1, 8, 8, 1), -1, 4, 4, 4, 1);
        var conv =
                net.add(
                        NodeBuilder.of("Conv3D", "conv")
                                .input(volume)
                                .input(net.weights("conv/kernel", 0, 0.3, 2, 2, 2, 1, 3))
                                .type("T", DataType.DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1, 1)
                                .string("padding", "SAME"));
        var graph = net.output("y", net.mulAdd("norm", conv, 3), -1, 4, 4, 4, 3).build();

        // When
        var folded = folding.apply(graph);

        // Then
        assertThat(ops(folded)).doesNotContain("Mul", "AddV2").contains("BiasAdd");
        assertThat(ModelOutputs.of(graph, 3, 1).maxDifference(ModelOutputs.of(folded, 3, 1)))
                .isLessThan(1e-5);
    }

    @Test
    void theScaleGoesIntoTheWeightsAndTheShiftIntoTheBias() {
        // Given
        var net = new SampleNetwork(3);
        var x = net.batchNorm("bn", net.conv("conv", net.input("x", -1, 4, 4, 2), 1, 2, 3, 1), 3);
        var graph = net.output("y", x, -1, 4, 4, 3).build();

        // When
        var folded = folding.apply(graph);

        // Then
        var kernel = values(graph, "conv/kernel");
        var scaled = values(folded, "conv/kernel");
        var bias = values(folded, folded.input(last(folded), 1).getName());
        for (int c = 0; c < 3; c++) {
            double scale =
                    values(graph, "bn/gamma")[c]
                            / Math.sqrt(values(graph, "bn/variance")[c] + 1e-3);
            assertThat((double) scaled[c]).isCloseTo(kernel[c] * scale, within(1e-6));
            assertThat((double) scaled[3 + c]).isCloseTo(kernel[3 + c] * scale, within(1e-6));
            assertThat((double) bias[c])
                    .isCloseTo(
                            values(graph, "bn/beta")[c] - values(graph, "bn/mean")[c] * scale,
                            within(1e-6));
        }
    }

    @Test
    void aLayerWhoseOutputHasAnotherUseIsLeftAlone() {
        // Given
        var net = new SampleNetwork(3);
        var conv = net.conv("conv", net.input("x", -1, 4, 4, 2), 3, 2, 3, 1);
        var sum = net.plus("sum", net.batchNorm("bn", conv, 3), net.relu("relu", conv));
        var graph = net.output("y", sum, -1, 4, 4, 3).build();

        // When, Then
        assertThat(folding.apply(graph).nodes()).isEqualTo(graph.nodes());
    }

    @Test
    void aLayerThatIsAnOutputItselfIsLeftAlone() {
        // Given
        var net = new SampleNetwork(3);
        var conv = net.conv("conv", net.input("x", -1, 4, 4, 2), 3, 2, 3, 1);
        net.output("raw", conv, -1, 4, 4, 3);
        var graph = net.output("y", net.batchNorm("bn", conv, 3), -1, 4, 4, 3).build();

        // When, Then
        assertThat(folding.apply(graph).nodes()).isEqualTo(graph.nodes());
    }

    @Test
    void aSumOfTwoLayersIsNoBias() {
        var sum = folding.apply(SampleGraphs.residual()).node("block1/add");

        assertThat(sum.getOp()).isEqualTo("AddV2");
        assertThat(sum.getInputList()).containsExactly("block1/conv2/BiasAdd", "stem/relu");
    }

    @Test
    void sharedWeightsAreCopiedForEachLayer() {
        // When
        var folded = folding.apply(SampleGraphs.sharedWeights());

        // Then
        var first = folded.input(folded.node("conv2"), 1);
        var second = folded.input(folded.node("conv3"), 1);
        assertThat(first.getName()).isNotEqualTo(second.getName());
        assertThat(FloatTensor.of(first)).isNotEqualTo(FloatTensor.of(second));
    }

    private static NodeDef last(FlatGraph graph) {
        return graph.node(graph.signature().outputs().get(0).tensor().node());
    }

    private static float[] values(FlatGraph graph, String constant) {
        return FloatTensor.of(graph.node(constant)).values();
    }

    private static Set<String> ops(FlatGraph graph) {
        return graph.nodes().stream().map(NodeDef::getOp).collect(Collectors.toSet());
    }
}
