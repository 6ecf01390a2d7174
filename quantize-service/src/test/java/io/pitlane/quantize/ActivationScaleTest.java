package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

class ActivationScaleTest {
    @ParameterizedTest
    @CsvSource({"-1, 1", "-0.2, 3", "-7, 0.1", "-2, 0", "-1e-4, 2e-4", "-30, 50"})
    void theBytesReachBothEndsOfARange(float min, float max) {
        // When
        var scale = ActivationScale.of(new Range(min, max));

        // Then
        assertThat(scale.type()).isEqualTo(DataType.DT_QUINT8);
        assertThat(scale.zeroPoint()).isBetween(1, 255);
        assertThat(-scale.zeroPoint() * scale.step()).isLessThanOrEqualTo(min * (1 - 1e-6));
        assertThat((255 - scale.zeroPoint()) * scale.step())
                .isGreaterThanOrEqualTo(max * (1 - 1e-6));
        assertThat(scale.step()).isCloseTo((max - min) / 255, within((max - min) / 255 * 0.02));
        assertThat(scale.offset()).isCloseTo(scale.zeroPoint() * scale.step(), within(1e-12));
    }

    @Test
    void aRangeWithoutNegativeValuesIsNotShifted() {
        assertThat(ActivationScale.of(new Range(0, 3))).isEqualTo(ActivationScale.unsigned(3));
        assertThat(ActivationScale.of(new Range(1, 3))).isEqualTo(ActivationScale.unsigned(3));
        assertThat(ActivationScale.of(new Range(-0.001f, 3)).isShifted()).isFalse();
    }

    @Test
    void aRangeOfZerosHasAStep() {
        assertThat(ActivationScale.of(new Range(0, 0)).limit()).isEqualTo(1);
        assertThat(ActivationScale.signed(0).limit()).isEqualTo(1);
    }
}
