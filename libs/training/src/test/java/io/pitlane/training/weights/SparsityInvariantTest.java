package io.pitlane.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.LayerNets;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SparsityInvariantTest {

    static Stream<LayerNets.Variant> layers() {
        return LayerNets.variants();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aWeightThatComesBackInAnyLayerIsAFailure(LayerNets.Variant layer) {
        // Given
        var graph = layer.net();
        var kernel = FloatTensor.of(graph.node(LayerNets.KERNEL));
        var before = with(graph, kernel.map(weight -> weight < 0 ? 0 : weight));
        var larger = with(graph, kernel.map(weight -> weight < 0 ? 0 : 2 * weight));
        var back = with(graph, kernel.map(weight -> weight < 0 ? 1e-9 : weight));
        long removed = zeros(FloatTensor.of(before.node(LayerNets.KERNEL)));

        // Then
        assertThat(SparsityInvariant.checked(larger, before)).isSameAs(larger);
        assertThatThrownBy(() -> SparsityInvariant.checked(back, before))
                .isInstanceOf(FailureException.class)
                .hasMessage(
                        "In layer '%s', %d weights are no longer zero that an earlier step removed.",
                        LayerNets.LAYER, removed)
                .extracting(e -> ((FailureException) e).kind())
                .isEqualTo(Failure.Kind.INTERNAL);
    }

    @Test
    void aDenseKernelMayChangeAndALostChannelTakesItsZerosAlong() {
        // Given
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.conv("c1", "x", 1, 8));
        var c2 = net.relu(net.conv("c2", c1, 8, 8));
        var dense = net.graph(net.dense("d", net.reshape("flat", c2, -1, 512), 512, 4));
        var kernel = FloatTensor.of(dense.node("c2/kernel"));
        var sparse =
                dense.edit().put(kernel.map(w -> w < 0.05 ? 0 : w).toConst("c2/kernel")).build();

        // When
        var cut = new ChannelPruning(0.5).prune(sparse).graph();
        var full =
                cut.edit()
                        .put(FloatTensor.of(cut.node("c2/kernel")).map(w -> 1).toConst("c2/kernel"))
                        .build();
        var small = new ChannelPruning(0.125).prune(sparse).graph();
        var filled =
                small.edit()
                        .put(
                                FloatTensor.of(small.node("c2/kernel"))
                                        .map(w -> 1)
                                        .toConst("c2/kernel"))
                        .build();

        // Then
        assertThat(SparsityInvariant.checked(sparse, dense)).isSameAs(sparse);
        assertThat(SparsityInvariant.checked(cut, sparse)).isSameAs(cut);
        assertThatThrownBy(() -> SparsityInvariant.checked(full, cut)).hasMessageContaining("'c2'");
        assertThatThrownBy(() -> SparsityInvariant.checked(filled, sparse))
                .hasMessageContaining("'c2'");
    }

    private static FlatGraph with(FlatGraph graph, FloatTensor kernel) {
        return graph.edit().put(kernel.toConst(LayerNets.KERNEL)).build();
    }

    private static long zeros(FloatTensor tensor) {
        long zeros = 0;
        for (float value : tensor.values()) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }
}
