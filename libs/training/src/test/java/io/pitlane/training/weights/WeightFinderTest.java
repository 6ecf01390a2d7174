package io.pitlane.training.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.LayerNets;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;

class WeightFinderTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    static Stream<LayerNets.Variant> layers() {
        return LayerNets.variants();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theKernelOfEveryLayerWithAGradientIsTrained(LayerNets.Variant layer) {
        // When
        var weights = WeightFinder.find(layer.net());

        // Then
        assertThat(weights)
                .filteredOn(TrainableWeight::isKernel)
                .extracting(TrainableWeight::name)
                .isEqualTo(
                        Stream.of(LayerNets.KERNEL, "scores/kernel")
                                .skip(layer.operation().isTrainable() ? 0 : 1)
                                .toList());
    }

    @Test
    void aPerChannelBiasAfterA3dConvolutionIsTrained() {
        // Given
        var net = new TestNet(-1, 4, 4, 4, 1);
        net.weight("kernel", 0.3, 2, 2, 2, 1, 3);
        var conv =
                net.put(
                        NodeBuilder.of("Conv3D", "conv")
                                .input("x")
                                .input("kernel")
                                .type("T", DataType.DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1, 1)
                                .string("padding", "SAME"));

        // When
        var graph = net.graph(net.op("AddV2", "sum", conv, net.weight("offset", 1, 3)));

        // Then
        assertThat(WeightFinder.find(graph))
                .extracting(TrainableWeight::name)
                .containsExactly("offset");
    }

    @Test
    void anEinsumOfOneTensorHasNoWeights() {
        // Given
        var net = new TestNet(-1, 8);
        var transposed =
                net.put(
                        NodeBuilder.of("Einsum", "transposed")
                                .input("x")
                                .type("T", DataType.DT_FLOAT)
                                .string("equation", "ab->ba")
                                .integer("N", 1));

        // When
        var weights = WeightFinder.find(net.graph(transposed));

        // Then
        assertThat(weights).isEmpty();
    }
}
