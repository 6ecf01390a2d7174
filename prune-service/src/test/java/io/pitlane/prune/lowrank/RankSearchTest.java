package io.pitlane.prune.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.contract.pruning.RankSelection.Algorithm;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.prune.lowrank.RankSearch.Candidate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RankSearchTest {
    private final FactorizableLayer layer =
            FactorTestLayers.layer(
                    FactorTestLayers.convolutions().findFirst().orElseThrow().graph());
    private final InputSamples samples = FactorTestLayers.correlated(layer);
    private final long macs = samples.pixels().macs(List.of(layer.shape()));

    @BeforeAll
    static void loadNatives() {
        TensorFlowRuntime.load();
    }

    @Test
    void theEnergyBoundsTheErrorOnImagesHeldOut() {
        // Given
        var selection = new RankSelection(0.9, null, null, null, null, null);

        // When
        var candidates = search(selection);

        // Then
        assertThat(candidates).isNotEmpty();
        assertThat(candidates)
                .allSatisfy(
                        candidate -> {
                            double error =
                                    samples.error(layer.weights(), candidate.factors().weights());
                            assertThat(candidate.error()).isEqualTo(error).isLessThanOrEqualTo(0.1);
                        });
        assertThat(candidates).extracting(Candidate::macs).isSorted();
    }

    @Test
    void aRankLowerByOneBreaksTheEnergy() {
        // Given
        var selection = new RankSelection(0.9, null, null, Algorithm.SVD, null, null);

        // When
        var chosen = search(selection).get(0);

        // Then
        int lower = chosen.factors().ranks().get(0) - 1;
        var factors = Decomposition.of(layer, samples, Algorithm.SVD).get(0).factors(lower);
        assertThat(samples.error(layer.weights(), factors.weights())).isGreaterThan(0.1);
    }

    @Test
    void theRatioBoundsTheMacs() {
        // Given
        var selection = new RankSelection(null, 0.4, null, null, null, null);

        // When
        var candidates = search(selection);

        // Then
        assertThat(candidates).hasSize(3);
        assertThat(candidates)
                .allSatisfy(
                        candidate ->
                                assertThat(candidate.macs())
                                        .isBetween((long) (0.4 * macs), (long) (0.6 * macs)));
        assertThat(candidates).extracting(Candidate::error).isSorted();
    }

    private List<Candidate> search(RankSelection selection) {
        return new RankSearch(layer, samples, selection).candidates();
    }
}
