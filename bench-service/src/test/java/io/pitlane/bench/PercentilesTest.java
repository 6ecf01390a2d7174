package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

    @Test
    void percentilesInterpolateBetweenTheNearestRanks() {
        // Given: ranks 0..4, so p90 is rank 3.6 and p95 rank 3.8
        var percentiles = Percentiles.of(new double[] {50, 15, 40, 20, 35});

        // Then
        assertThat(percentiles.median()).isEqualTo(35);
        assertThat(percentiles.at(90)).isCloseTo(40 + 0.6 * 10, within(1e-12));
        assertThat(percentiles.at(95)).isCloseTo(40 + 0.8 * 10, within(1e-12));
        assertThat(percentiles.at(0)).isEqualTo(15);
        assertThat(percentiles.at(100)).isEqualTo(50);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Percentiles.of(new double[] {4, 1, 3, 2}).median()).isEqualTo(2.5);
    }

    @Test
    void ofHundredAndOneValuesEachPercentileIsOne() {
        var percentiles = Percentiles.of(IntStream.rangeClosed(0, 100).asDoubleStream().toArray());

        for (int percent = 0; percent <= 100; percent++) {
            assertThat(percentiles.at(percent)).isCloseTo(percent, within(1e-9));
        }
    }

    @Test
    void aSingleValueIsEveryPercentile() {
        assertThat(Percentiles.of(new double[] {7}).at(99)).isEqualTo(7);
    }

    @Test
    void aPercentileOfTooFewValuesIsAbsent() {
        var values = IntStream.range(0, 1000).asDoubleStream().toArray();

        assertThat(Percentiles.of(values).ifEnough(99, 1000)).isCloseTo(989.01, within(1e-9));
        assertThat(Percentiles.of(values).ifEnough(99.9, 1001)).isNull();
    }

    @Test
    void noValuesAreRefused() {
        assertThatThrownBy(() -> Percentiles.of(new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
