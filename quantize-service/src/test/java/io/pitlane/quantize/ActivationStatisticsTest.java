package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Calibration.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationStatisticsTest {
    private static final Calibration MIN_MAX = new Calibration(Method.MIN_MAX, null, null);

    @Test
    void minMaxIsTheLowestAndTheHighestValue() {
        // Given
        var statistics = new ActivationStatistics();

        // When
        statistics.add(new float[] {0.5f, -3});
        statistics.add(new float[] {200, 0});

        // Then
        assertThat(statistics.range(MIN_MAX)).isEqualTo(new Range(-3, 200));
    }

    @Test
    void aPercentileExcludesOutliers() {
        // Given 0.01, 0.02, ... 99.99 and one value far outside
        var statistics = new ActivationStatistics();

        // When
        for (var value : shuffledValues(3)) {
            statistics.add(new float[] {value});
        }
        statistics.add(new float[] {5000});

        // Then
        assertThat(statistics.range(percentile(99)).max()).isCloseTo(99, within(1.1f));
        assertThat(statistics.range(percentile(50)).max()).isCloseTo(50, within(1.1f));
        assertThat(statistics.range(percentile(100)).max()).isEqualTo(5000);
        assertThat(statistics.range(percentile(99)).nonNegative()).isTrue();
    }

    @Test
    void aPercentileClipsBothEndsAtTheSameMagnitude() {
        // Given
        var statistics = new ActivationStatistics();

        // When
        for (var value : shuffledValues(3)) {
            statistics.add(new float[] {value, -value / 2});
        }

        // Then
        var range = statistics.range(percentile(90));
        assertThat(range.max()).isCloseTo(80, within(0.7f));
        assertThat(range.min()).isCloseTo(-50, within(0.7f));
    }

    @Test
    void theOrderOfValuesDoesNotMatter() {
        // Given
        var one = new ActivationStatistics();
        var other = new ActivationStatistics();

        // When
        shuffledValues(1).forEach(value -> one.add(new float[] {value}));
        shuffledValues(2).forEach(value -> other.add(new float[] {value}));

        // Then
        assertThat(one.range(percentile(97))).isEqualTo(other.range(percentile(97)));
    }

    @Test
    void aNonFiniteValueMakesTheRangeNonFinite() {
        // Given
        var statistics = new ActivationStatistics();

        // When
        statistics.add(new float[] {1, Float.NaN});

        // Then
        assertThat(statistics.range(percentile(90)).finite()).isFalse();
    }

    private static Calibration percentile(double percent) {
        return new Calibration(Method.PERCENTILE, percent, null);
    }

    private static List<Float> shuffledValues(long seed) {
        var values = new ArrayList<Float>();
        for (int i = 1; i < 10_000; i++) {
            values.add(i / 100f);
        }
        Collections.shuffle(values, new Random(seed));
        return values;
    }
}
