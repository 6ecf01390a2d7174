package io.pitlane.training.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.LayerNets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SparsityMasksTest {

    static Stream<LayerNets.Variant> layers() {
        return LayerNets.variants();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theZerosOfEveryLayerAreMasked(LayerNets.Variant layer) {
        // Given
        var graph = layer.net();
        var kernel = FloatTensor.of(graph.node(LayerNets.KERNEL));
        var sparse = kernel.map(weight -> weight < 0 ? 0 : weight);

        // When
        var masks = SparsityMasks.of(graph.edit().put(sparse.toConst(LayerNets.KERNEL)).build());

        // Then
        assertThat(masks).containsOnlyKeys(LayerNets.KERNEL);
        assertThat(masks.get(LayerNets.KERNEL)).isEqualTo(kernel.map(weight -> weight < 0 ? 0 : 1));
    }

    @Test
    void aKernelWithoutZerosOrOfZerosOnlyIsNotMasked() {
        // Given
        var graph = LayerNets.variants().findFirst().orElseThrow().net();
        var zeros = FloatTensor.of(graph.node(LayerNets.KERNEL)).map(weight -> 0);

        // When
        var ofDense = SparsityMasks.of(graph);
        var ofZeros = SparsityMasks.of(graph.edit().put(zeros.toConst(LayerNets.KERNEL)).build());

        // Then
        assertThat(ofDense).isEmpty();
        assertThat(ofZeros).isEmpty();
    }
}
