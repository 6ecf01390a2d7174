package io.pitlane.prune.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.prune.lowrank.FactorTestLayers.Convolution;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactorNodesTest {

    @ParameterizedTest
    @MethodSource("io.pitlane.prune.lowrank.FactorTestLayers#convolutions")
    void factorsOfFullRankComputeTheConvolution(Convolution convolution) {
        // Given
        var graph = convolution.graph();
        var images = FactorTestLayers.random(9, 2, 13, 11, FactorTestLayers.CHANNELS);
        var expected = run(graph, images);
        var layer = FactorTestLayers.layer(graph);
        var all = Decomposition.of(layer, FactorTestLayers.correlated(layer), Algorithm.AUTO);

        for (var decomposition : all) {
            // When
            var factorized = factorized(graph, decomposition.factors(decomposition.full()));

            // Then
            var outputs = run(factorized, images);
            assertThat(outputs.shape()).containsExactly(expected.shape());
            for (int i = 0; i < expected.values().length; i++) {
                assertThat(outputs.values()[i])
                        .as("%s, value %d", decomposition.algorithm(), i)
                        .isCloseTo(expected.values()[i], within(2e-3f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.pitlane.prune.lowrank.FactorTestLayers#convolutions")
    void theMacsOfFactorsAreThoseOfTheGraph(Convolution convolution) {
        // Given
        var graph = convolution.graph();
        var layer = FactorTestLayers.layer(graph);
        var output = Footprint.of(graph).layers().get(0).outputShape();
        var pixels =
                new FactorShape.Pixels(13, 11, output.get(1).intValue(), output.get(2).intValue());

        for (var decomposition :
                Decomposition.of(layer, FactorTestLayers.correlated(layer), Algorithm.AUTO)) {
            // When
            var factors =
                    decomposition.factors(
                            IntStream.of(decomposition.full()).map(r -> r / 2).toArray());

            // Then
            assertThat(pixels.macs(factors.shapes()))
                    .as("%s", decomposition.algorithm())
                    .isEqualTo(Footprint.of(factorized(graph, factors)).macs());
        }
        assertThat(pixels.macs(List.of(layer.shape()))).isEqualTo(Footprint.of(graph).macs());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDenseLayerBecomesTwo(boolean transposed) {
        // Given
        var graph = FactorTestLayers.dense(12, 9, transposed);
        var layer = FactorTestLayers.layer(graph);
        var samples = FactorTestLayers.correlated(layer);
        var inputs = FactorTestLayers.random(9, 5, 12);

        // When
        var svd = Decomposition.of(layer, samples, Algorithm.AUTO);
        var full = factorized(graph, svd.get(0).factors(9));
        var half = factorized(graph, svd.get(0).factors(4));

        // Then
        assertThat(svd).hasSize(1);
        assertThat(run(full, inputs).values())
                .containsExactly(run(graph, inputs).values(), within(1e-4f));
        assertThat(Footprint.of(half).parameters()).isEqualTo(12 * 4 + 4 * 9);
        assertThat(half.node("layer").getOp()).isEqualTo("MatMul");
    }

    @ParameterizedTest
    @MethodSource("io.pitlane.prune.lowrank.FactorTestLayers#convolutions")
    void patchesTimesWeightsAreWhatTheConvolutionGives(Convolution convolution) {
        // Given
        var graph = convolution.graph();
        var layer = FactorTestLayers.layer(graph);
        var image = FactorTestLayers.random(9, 1, 13, 11, FactorTestLayers.CHANNELS);
        var expected = run(graph, image);
        int positions = (int) (expected.shape()[1] * expected.shape()[2]);
        var collector = new SampleCollector(layer, 1, 1);

        // When
        collector.add(image, 1);

        // Then: of a single image, every position is sampled
        var samples = collector.samples();
        assertThat(samples.read().rows()).isEqualTo(positions);
        assertThat(samples.pixels())
                .isEqualTo(
                        new FactorShape.Pixels(
                                13, 11, (int) expected.shape()[1], (int) expected.shape()[2]));
        var outputs = LinearAlgebra.product(samples.read(), layer.weights());
        for (int i = 0; i < expected.values().length; i++) {
            assertThat((float) outputs.values()[i]).isCloseTo(expected.values()[i], within(1e-3f));
        }
    }

    @Test
    void theFactorsHaveNamesOfTheirOwn() {
        // Given
        var graph = FactorTestLayers.dense(12, 9, false);
        var layer = FactorTestLayers.layer(graph);
        var factors =
                Decomposition.of(layer, FactorTestLayers.correlated(layer), Algorithm.SVD)
                        .get(0)
                        .factors(4);

        // When
        var factorized = factorized(graph, factors);

        // Then
        assertThat(factorized.nodes())
                .extracting(node -> node.getName())
                .contains("layer", "layer/factor1", "layer/factor1/kernel", "layer/factor2/kernel")
                .doesNotContain("kernel");
    }

    private static FlatGraph factorized(FlatGraph graph, Factors factors) {
        var edit = graph.edit();
        FactorNodes.of(FactorTestLayers.layer(graph), factors, edit::freshName).forEach(edit::put);
        return edit.build();
    }

    private static FloatTensor run(FlatGraph graph, FloatTensor inputs) {
        try (var session = GraphSession.open(graph)) {
            return session.run(inputs).get(0);
        }
    }
}
