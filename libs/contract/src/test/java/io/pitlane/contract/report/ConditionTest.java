package io.pitlane.contract.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.json.ContractJson;
import org.junit.jupiter.api.Test;

class ConditionTest {

    @Test
    void aViolationMayBeChanceWhereTheIntervalReachesTheLimit() {
        assertThat(drop(0.02, 0.01, 0.03).mayBeChance()).isTrue();
        assertThat(drop(0.02, 0.011, 0.03).mayBeChance()).isFalse();
    }

    @Test
    void aLimitMayBeKeptByChanceWhereTheIntervalReachesAboveIt() {
        assertThat(drop(0.005, -0.001, 0.011).mayBeChance()).isTrue();
        assertThat(drop(0.005, 0, 0.01).mayBeChance()).isFalse();
    }

    @Test
    void aLowerLimitIsMetOrMissedByChanceWhereTheIntervalReachesIt() {
        assertThat(agreement(0.95, 0.90, 0.98).mayBeChance()).isTrue();
        assertThat(agreement(0.95, 0.91, 0.97).mayBeChance()).isFalse();
        assertThat(agreement(0.992, 0.985, 0.996).mayBeChance()).isFalse();
        assertThat(agreement(0.992, 0.979, 0.996).mayBeChance()).isTrue();
        assertThat(agreement(1, 0.96, 1).mayBeChance()).isTrue();
    }

    @Test
    void theNumberOfImagesThatSettlesAMissedLowerLimitGoesByTheUpperEnd() {
        // Given: the interval reaches 0.04 above the figure, and the limit is 0.03 above it
        var violated = agreement(0.95, 0.80, 0.99);

        assertThat(violated.imagesToSettle()).isCloseTo(100 * 16 / 9.0 * 2.0432, within(0.1));
    }

    @Test
    void aFigureWithoutIntervalIsTakenAsItIs() {
        assertThat(new Condition("maxSizeBytes", false, 10, 11.0, false).mayBeChance()).isFalse();
        assertThatThrownBy(new Condition("maxSizeBytes", false, 10, 11.0, false)::imagesToSettle)
                .hasMessageContaining("maxSizeBytes");
    }

    @Test
    void theNumberOfImagesThatSettlesAViolationGoesWithTheSquareOfTheDistance() {
        // Given: the interval reaches 0.02 below the figure, and the limit is 0.01 below it. To
        // halve the interval takes four times the images, for 80 % of the cases (2.8016 / 1.96)^2
        // of that.
        var violated = drop(0.02, 0, 0.04);

        assertThat(violated.imagesToSettle()).isCloseTo(100 * 4 * 2.0432, within(0.1));
    }

    @Test
    void aConditionSurvivesTheWayThroughJson() throws Exception {
        var condition =
                new Condition(
                        "maxAccuracyDrop",
                        true,
                        0.01,
                        0.02,
                        new ConfidenceInterval(
                                0, 0.04, 300, new ConfidenceInterval.Discordant(9, 3, 0.146)),
                        false);

        var json = ContractJson.MAPPER.writeValueAsString(condition);

        assertThat(ContractJson.MAPPER.readValue(json, Condition.class)).isEqualTo(condition);
        assertThat(json).doesNotContain("mayBeChance", "imagesToSettle");
    }

    /** Against a limit of 98 %, on 100 images. */
    private static Condition agreement(double measured, double low, double high) {
        return new Condition(
                "minAgreement",
                false,
                0.98,
                measured,
                new ConfidenceInterval(low, high, 100, null),
                measured >= 0.98);
    }

    /** Against a limit of one point, on 100 images. */
    private static Condition drop(double measured, double low, double high) {
        return new Condition(
                "maxAccuracyDrop",
                false,
                0.01,
                measured,
                new ConfidenceInterval(low, high, 100, null),
                measured <= 0.01);
    }
}
