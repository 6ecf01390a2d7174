package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Calibration.RangeMethod;
import io.pitlane.graph.quantization.Quantization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationStatisticsTest {
    private static final ActivationQuantization QUANTIZATION =
            new ActivationQuantization(new ActivationOptions(null));
    private static final RangeMethod MIN_MAX = new RangeMethod(Method.MIN_MAX, null);
    private static final RangeMethod MSE = new RangeMethod(Method.MSE, null);
    private static final RangeMethod ENTROPY = new RangeMethod(Method.ENTROPY, null);

    @Test
    void minMaxIsTheLowestAndTheHighestValue() {
        // Given
        var statistics = new ActivationStatistics(QUANTIZATION);

        // When
        statistics.add(new float[] {0.5f, -3});
        statistics.add(new float[] {200, 0});

        // Then
        assertThat(statistics.range(MIN_MAX)).isEqualTo(new Range(-3, 200));
    }

    @Test
    void aPercentileExcludesOutliers() {
        // Given 0.01, 0.02, ... 99.99 and one value far outside
        var statistics = new ActivationStatistics(QUANTIZATION);

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
        var statistics = new ActivationStatistics(QUANTIZATION);

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
        var one = new ActivationStatistics(QUANTIZATION);
        var other = new ActivationStatistics(QUANTIZATION);

        // When
        shuffledValues(1).forEach(value -> one.add(new float[] {value}));
        shuffledValues(2).forEach(value -> other.add(new float[] {value}));

        // Then
        for (var method : List.of(MIN_MAX, percentile(97), ENTROPY, MSE)) {
            assertThat(one.range(method)).isEqualTo(other.range(method));
        }
    }

    @Test
    void aNonFiniteValueMakesTheRangeNonFinite() {
        // Given
        var statistics = new ActivationStatistics(QUANTIZATION);

        // When
        statistics.add(new float[] {1, Float.NaN});

        // Then
        assertThat(statistics.range(percentile(90)).finite()).isFalse();
    }

    @Test
    void aMovingAverageForgetsAnEarlyOutlier() {
        // Given
        var statistics = new ActivationStatistics(QUANTIZATION);

        // When
        statistics.add(new float[] {-8, 100});
        statistics.add(new float[] {-2, 10});
        statistics.add(new float[] {-2, 10});

        // Then: 0.9 of what was, 0.1 of the batch
        var range = statistics.range(new RangeMethod(Method.MOVING_AVERAGE, null));
        assertThat(range.max()).isCloseTo(82.9f, within(1e-4f));
        assertThat(range.min()).isCloseTo(-6.86f, within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRangeOfLeastSquaresIsThatOfAnExhaustiveSearch(boolean signed) {
        // Given a million values, of which one is far outside
        var random = new Random(7);
        var values = new float[2000];
        for (int i = 0; i < values.length; i++) {
            float value = (float) random.nextGaussian();
            values[i] = signed ? value - 0.3f * Math.abs(value) : Math.abs(value);
        }
        float outlier = 30;
        var statistics = new ActivationStatistics(QUANTIZATION);

        // When
        for (int i = 0; i < 500; i++) {
            statistics.add(values);
        }
        statistics.add(new float[] {outlier});
        var range = statistics.range(MSE);

        // Then
        var all = statistics.minMax();
        double exhaustive = Double.POSITIVE_INFINITY;
        for (int low = signed ? 1 : 20; low <= 20; low++) {
            for (int high = 1; high <= 200; high++) {
                var tried = new Range(all.min() * low / 20, all.max() * high / 200);
                exhaustive = Math.min(exhaustive, squaredError(values, outlier, tried));
            }
        }
        assertThat(squaredError(values, outlier, range))
                .isLessThan(exhaustive * 1.01)
                .isLessThan(squaredError(values, outlier, all) * 0.8);
    }

    /** Rounds to 256 equal steps, of which one is at 0. */
    private static double squaredError(float[] values, float outlier, Range range) {
        double low = Math.min(0, range.min());
        double step = (Math.max(0, range.max()) - low) / 255;
        long zero = Math.round(-low / step);
        double error = 0;
        for (float value : values) {
            error += 500 * squaredError(value, step, zero);
        }
        return error + squaredError(outlier, step, zero);
    }

    private static double squaredError(float value, double step, long zero) {
        double integer = Math.max(0, Math.min(255, Math.rint(value / step) + zero));
        return Math.pow(value - step * (integer - zero), 2);
    }

    @Test
    void theDivergenceIsThatOfTheSlidesExample() {
        // Given the example of Migacz: 8 bins become 2 levels, of which empty bins get nothing
        long[] counts = {1, 0, 2, 3, 5, 3, 1, 7};
        double[] quantized = {2, 0, 2, 2, 4, 4, 4, 4};

        // When
        double divergence = EntropyThreshold.divergence(counts, 8, 2);

        // Then
        double expected = 0;
        for (int i = 0; i < 8; i++) {
            expected += counts[i] == 0 ? 0 : counts[i] / 22.0 * Math.log(counts[i] / quantized[i]);
        }
        assertThat(divergence).isCloseTo(expected, within(1e-12));
    }

    @Test
    void theDivergenceCountsOutliersInTheLastBin() {
        // Given 4 kept bins and 4 values beyond
        long[] counts = {4, 2, 1, 1, 3, 1};

        // When
        double divergence = EntropyThreshold.divergence(counts, 4, 2);

        // Then
        double[] clipped = {4 / 12.0, 2 / 12.0, 1 / 12.0, 5 / 12.0};
        double[] quantized = {3 / 8.0, 3 / 8.0, 1 / 8.0, 1 / 8.0};
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            expected += clipped[i] * Math.log(clipped[i] / quantized[i]);
        }
        assertThat(divergence).isCloseTo(expected, within(1e-12));
    }

    @Test
    void entropyClipsAnOutlierButNoEvenlySpreadValues() {
        // Given
        var even = new ActivationStatistics(QUANTIZATION);
        var outlier = new ActivationStatistics(QUANTIZATION);
        var random = new Random(3);
        var values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }

        // When
        even.add(values);
        outlier.add(values);
        outlier.add(new float[] {5});

        // Then
        assertThat(even.range(ENTROPY).max()).isGreaterThan(0.99f);
        assertThat(outlier.range(ENTROPY).max()).isBetween(0.99f, 1.1f);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void valuesOfZeroAreARangeOfZero(Method method) {
        // Given
        var statistics = new ActivationStatistics(QUANTIZATION);

        // When
        statistics.add(new float[8]);

        // Then
        var range = statistics.range(new RangeMethod(method, null));
        assertThat(range.magnitude()).isZero();
        assertThat(QUANTIZATION.of(range)).isEqualTo(Quantization.unsigned(1, 0));
    }

    private static RangeMethod percentile(double percent) {
        return new RangeMethod(Method.PERCENTILE, percent);
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
