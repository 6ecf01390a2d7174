package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MedianIntervalTest {
    private static final int MEASUREMENTS = 500;

    @ParameterizedTest
    @CsvSource({"16, 1.0", "16, 1.25", "60, 1.0", "60, 0.8", "400, 1.25"})
    void aboutNineteenOfTwentyIntervalsHoldTheTrueRatio(int rounds, double ratio) {
        // Given: noise of 5 % in each call, and a machine whose speed drifts
        var random = new Random(7);

        // When
        long holding =
                IntStream.range(0, MEASUREMENTS)
                        .mapToObj(i -> measured(rounds, ratio, random))
                        .filter(interval -> interval.low() <= ratio && ratio <= interval.high())
                        .count();

        // Then
        assertThat((double) holding / MEASUREMENTS).isBetween(0.915, 0.98);
    }

    @Test
    void theIntervalOfFourTimesTheRoundsIsAboutHalfAsWide() {
        assertThat(width(100) / width(400)).isBetween(1.7, 2.3);
    }

    private static double width(int rounds) {
        var random = new Random(3);
        return IntStream.range(0, 200)
                .mapToObj(i -> measured(rounds, 1, random))
                .mapToDouble(interval -> interval.high() - interval.low())
                .average()
                .orElseThrow();
    }

    private static MedianInterval measured(int rounds, double ratio, Random random) {
        var original = new long[rounds];
        var model = new long[rounds];
        double drift = 0;
        for (int round = 0; round < rounds; round++) {
            drift = 0.9 * drift + 0.1 * random.nextGaussian();
            original[round] = nanos(1e6 * ratio, drift, random);
            model[round] = nanos(1e6, drift, random);
        }
        var timings = new Timings("model", 1, model);
        return MedianInterval.of(timings.ratios(new Timings("original", 1, original)));
    }

    private static long nanos(double mean, double drift, Random random) {
        return Math.round(mean * Math.exp(drift + 0.05 * random.nextGaussian()));
    }

    @Test
    void correlationOfSuccessiveRoundsWidensTheInterval() {
        // Given: noise of which each round keeps 30 %; resampling single rounds covers 87 %
        var random = new Random(7);

        // When
        long holding =
                IntStream.range(0, MEASUREMENTS)
                        .mapToObj(i -> MedianInterval.of(correlated(400, 0.3, random)))
                        .filter(interval -> interval.low() <= 1 && 1 <= interval.high())
                        .count();

        // Then
        assertThat((double) holding / MEASUREMENTS).isBetween(0.91, 0.97);
    }

    private static double[] correlated(int rounds, double kept, Random random) {
        var ratios = new double[rounds];
        double noise = random.nextGaussian();
        for (int round = 0; round < rounds; round++) {
            ratios[round] = Math.exp(0.07 * noise);
            noise = kept * noise + Math.sqrt(1 - kept * kept) * random.nextGaussian();
        }
        return ratios;
    }

    @Test
    void theSameRoundsGiveTheSameInterval() {
        var ratios = new Random(5).doubles(1000, 0.9, 1.1).toArray();

        assertThat(MedianInterval.of(ratios)).isEqualTo(MedianInterval.of(ratios.clone()));
    }

    @Test
    void equalRatiosHaveAnIntervalWithoutWidth() {
        assertThat(MedianInterval.of(new double[] {2, 2, 2, 2}))
                .isEqualTo(new MedianInterval(2, 2));
        assertThat(MedianInterval.of(new double[] {3})).isEqualTo(new MedianInterval(3, 3));
    }

    @Test
    void noRoundsAreRefused() {
        assertThatThrownBy(() -> MedianInterval.of(new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
