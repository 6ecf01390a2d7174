package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.SearchObjective;
import io.pitlane.contract.step.SearchObjective.Cost;
import io.pitlane.contract.step.SearchObjective.Pick;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialRankingTest {
    private static final TrialScore ORIGINAL =
            SyntheticScores.of(-1, "original", 0, 0.9, 1_000_000);
    private static final TrialScore SMALL = SyntheticScores.of(0, "a", 1, 0.7, 100_000);
    private static final TrialScore MIDDLE = SyntheticScores.of(1, "b", 1, 0.85, 400_000);
    private static final TrialScore LARGE = SyntheticScores.of(2, "c", 1, 0.9, 2_000_000);
    private static final TrialScore DOMINATED = SyntheticScores.of(3, "d", 1, 0.8, 900_000);
    private static final List<TrialScore> ALL = List.of(SMALL, MIDDLE, LARGE, DOMINATED);

    private static TrialRanking ranking(Double maxCost, Double minAccuracy, Pick pick) {
        return new TrialRanking(
                SearchObjective.builder()
                        .cost(Cost.MACS)
                        .maxCost(maxCost)
                        .minAccuracy(minAccuracy)
                        .pick(pick)
                        .build(),
                ORIGINAL);
    }

    private static TrialScore picked(Double maxCost, Double minAccuracy, Pick pick) {
        var ranking = ranking(maxCost, minAccuracy, pick);
        return ranking.pick(ranking.paretoFront(ALL)).score();
    }

    @Test
    void theParetoFrontHasNoDominatedScores() {
        assertThat(ranking(null, null, null).paretoFront(ALL))
                .containsExactly(SMALL, MIDDLE, LARGE);
    }

    @Test
    void eachPickRuleHasItsOwnWinner() {
        assertThat(picked(null, null, Pick.ACCURACY)).isEqualTo(LARGE);
        assertThat(picked(500_000.0, null, Pick.ACCURACY)).isEqualTo(MIDDLE);
        assertThat(picked(null, 0.8, Pick.COST)).isEqualTo(MIDDLE);
        assertThat(picked(null, 0.6, Pick.COST)).isEqualTo(SMALL);
        assertThat(picked(null, null, Pick.BALANCED)).isEqualTo(MIDDLE);
    }

    @Test
    void balancedFitnessIsTheWeightedProductOfMnasNet() {
        assertThat(ranking(null, null, Pick.BALANCED).fitness(MIDDLE))
                .isCloseTo(0.85 * Math.pow(0.4, -0.07), within(1e-12));
    }

    @Test
    void withNoScoreWithinTheLimitsTheClosestIsPickedAndTheReasonSaysSo() {
        var ranking = ranking(50_000.0, null, Pick.ACCURACY);

        var picked = ranking.pick(ranking.paretoFront(ALL));

        assertThat(picked.score()).isEqualTo(SMALL);
        assertThat(picked.reason()).contains("no trial is within them");
        var wide = ranking(10_000_000.0, null, Pick.ACCURACY);
        assertThat(wide.pick(wide.paretoFront(ALL)).reason())
                .isEqualTo("the most accurate within a cost of 10000000");
        assertThat(picked(null, 0.95, Pick.COST)).isEqualTo(LARGE);
    }

    @Test
    void aScoreOutsideTheLimitsHasALowerFitnessThanOneWithin() {
        for (var pick : Pick.values()) {
            var ranking = ranking(500_000.0, 0.75, pick);

            assertThat(ranking.fitness(MIDDLE)).isGreaterThan(ranking.fitness(SMALL));
            assertThat(ranking.fitness(SMALL)).isGreaterThan(ranking.fitness(LARGE));
        }
    }
}
