package io.pitlane.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.step.QuantizeStep;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QualityLimitTest {

    @Test
    void anAccuracyMayDropByTheLimit() {
        // Given
        var limit = limit(QuantizeStep.builder().maxAccuracyDrop(0.01).build());

        // When
        double drop = limit.measured(Optional.of(0.95), scored(0.94));

        // Then
        assertThat(drop).isCloseTo(0.01, within(1e-12));
        assertThat(limit.holds(drop)).isTrue();
        assertThat(limit.holds(0.0101)).isFalse();
        assertThat(limit.holds(-0.1)).isTrue();
        assertThat(limit.compare(0.01, 0.02)).isNegative();
    }

    @Test
    void anErrorMayRiseByTheShareOfTheLimit() {
        // Given
        var limit = limit(QuantizeStep.builder().maxErrorIncrease(0.05).build());

        // When
        double increase = limit.measured(Optional.of(2.0), scored(2.1));

        // Then
        assertThat(increase).isCloseTo(0.05, within(1e-12));
        assertThat(limit.holds(increase)).isTrue();
        assertThat(limit.holds(0.06)).isFalse();
    }

    @Test
    void anAgreementMustReachTheLimit() {
        // Given
        var limit = limit(QuantizeStep.builder().minAgreement(0.99).build());

        // When
        double agreement =
                limit.measured(Optional.empty(), new OutputError(null, null, 0.99, null));

        // Then
        assertThat(limit.holds(agreement)).isTrue();
        assertThat(limit.holds(0.98)).isFalse();
        assertThat(limit.compare(0.99, 0.98)).isNegative();
    }

    @Test
    void aModelWithoutClassesHasNoAgreement() {
        // Given
        var limit = limit(QuantizeStep.builder().minAgreement(0.99).build());

        // Then
        assertThatThrownBy(() -> limit.measured(Optional.of(1.0), scored(1)))
                .hasMessageContaining("quantize.minAgreement needs a model that chooses classes");
    }

    @Test
    void aStepWithoutLimitHasNone() {
        assertThat(QualityLimit.of(QuantizeStep.DEFAULT)).isEmpty();
    }

    private static QualityLimit limit(QuantizeStep step) {
        return QualityLimit.of(step).orElseThrow();
    }

    private static OutputError scored(double score) {
        return new OutputError(20.0, null, null, score);
    }
}
