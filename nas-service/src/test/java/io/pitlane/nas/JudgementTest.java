package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.NasStep.Cost;
import io.pitlane.contract.NasStep.Objective;
import io.pitlane.contract.NasStep.Pick;
import io.pitlane.contract.TrialScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgementTest {
    private static final TrialScore ORIGINAL = Scores.of(-1, "original", 0, 0.9, 1_000_000);
    private static final TrialScore SMALL = Scores.of(0, "a", 1, 0.7, 100_000);
    private static final TrialScore MIDDLE = Scores.of(1, "b", 1, 0.85, 400_000);
    private static final TrialScore LARGE = Scores.of(2, "c", 1, 0.9, 2_000_000);
    private static final TrialScore BEATEN = Scores.of(3, "d", 1, 0.8, 900_000);
    private static final List<TrialScore> ALL = List.of(SMALL, MIDDLE, LARGE, BEATEN);

    private static Judgement judgement(Double maxCost, Double minAccuracy, Pick pick) {
        return new Judgement(new Objective(Cost.MACS, maxCost, minAccuracy, null, pick), ORIGINAL);
    }

    private static TrialScore picked(Double maxCost, Double minAccuracy, Pick pick) {
        var judgement = judgement(maxCost, minAccuracy, pick);
        return judgement.pick(judgement.front(ALL)).score();
    }

    @Test
    void theFrontLeavesOutWhatIsBeaten() {
        assertThat(judgement(null, null, null).front(ALL)).containsExactly(SMALL, MIDDLE, LARGE);
    }

    @Test
    void eachRulePicksItsOwn() {
        assertThat(picked(null, null, Pick.ACCURACY)).isEqualTo(LARGE);
        assertThat(picked(500_000.0, null, Pick.ACCURACY)).isEqualTo(MIDDLE);
        assertThat(picked(null, 0.8, Pick.COST)).isEqualTo(MIDDLE);
        assertThat(picked(null, 0.6, Pick.COST)).isEqualTo(SMALL);
        assertThat(picked(null, null, Pick.BALANCED)).isEqualTo(MIDDLE);
    }

    @Test
    void balancedIsTheFormulaOfMnasNet() {
        assertThat(judgement(null, null, Pick.BALANCED).fitness(MIDDLE))
                .isCloseTo(0.85 * Math.pow(0.4, -0.07), within(1e-12));
    }

    @Test
    void whereNothingKeepsTheLimitsTheNearestIsPickedAndSaidSo() {
        var judgement = judgement(50_000.0, null, Pick.ACCURACY);

        var picked = judgement.pick(judgement.front(ALL));

        assertThat(picked.score()).isEqualTo(SMALL);
        assertThat(picked.why()).contains("which no trial kept");
        var kept = judgement(10_000_000.0, null, Pick.ACCURACY);
        assertThat(kept.pick(kept.front(ALL)).why())
                .isEqualTo("the most accurate within a cost of 10000000");
        assertThat(picked(null, 0.95, Pick.COST)).isEqualTo(LARGE);
    }

    @Test
    void whatBreaksALimitIsWorseThanWhatKeepsIt() {
        for (var pick : Pick.values()) {
            var judgement = judgement(500_000.0, 0.75, pick);

            assertThat(judgement.fitness(MIDDLE)).isGreaterThan(judgement.fitness(SMALL));
            assertThat(judgement.fitness(SMALL)).isGreaterThan(judgement.fitness(LARGE));
        }
    }
}
