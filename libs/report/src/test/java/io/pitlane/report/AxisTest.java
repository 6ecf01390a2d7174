package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxisTest {

    @Test
    void ticksAreAtRoundValues() {
        var axis = Axis.fromZero("Size (kB)", List.of(98.0, 260.0, 980.0));

        assertThat(axis.ticks()).containsExactly(0.0, 200.0, 400.0, 600.0, 800.0, 1000.0);
        assertThat(axis.label(200)).isEqualTo("200");
        assertThat(axis.position(500)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void labelsHaveTheDecimalsThatDistinguishTicks() {
        var axis = Axis.fromZero("ms", List.of(0.9));

        assertThat(axis.step()).isCloseTo(0.2, within(1e-12));
        assertThat(axis.ticks().mapToObj(axis::label))
                .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 0.37, 3, 99.99, 1e12})
    void everyValueLiesOnTheAxis(double value) {
        var fromZero = Axis.fromZero("", List.of(value));
        var around = Axis.around("", List.of(value), 1, Double.MAX_VALUE);

        assertThat(fromZero.position(value)).isBetween(0.0, 1.0);
        assertThat(around.position(value)).isBetween(0.0, 1.0);
        assertThat(fromZero.ticks().count()).isBetween(2L, 12L);
    }

    @Test
    void anAxisOfSharesEndsAtOneHundred() {
        var axis = Axis.around("%", List.of(99.8, 100.0), 1, 100);

        assertThat(axis.high()).isEqualTo(100);
        assertThat(axis.position(99.8)).isBetween(0.0, 1.0);
    }
}
