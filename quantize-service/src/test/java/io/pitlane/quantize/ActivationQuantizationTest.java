package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationQuantizationTest {
    @ParameterizedTest
    @CsvSource({"-1, 1", "-0.2, 3", "-7, 0.1", "-2, 0", "-1e-4, 2e-4", "-30, 50"})
    void theIntegersReachBothEndsOfARange(float min, float max) {
        // When
        var quantization = ActivationQuantization.of(new Range(min, max));

        // Then
        double scale = quantization.scale();
        assertThat(quantization.signed()).isFalse();
        assertThat(quantization.zeroPoint()).isBetween(1, 255);
        assertThat(-quantization.zeroPoint() * scale).isLessThanOrEqualTo(min * (1 - 1e-6));
        assertThat((255 - quantization.zeroPoint()) * scale)
                .isGreaterThanOrEqualTo(max * (1 - 1e-6));
        assertThat(scale).isCloseTo((max - min) / 255, within((max - min) / 255 * 0.02));
    }

    @Test
    void aRangeWithoutNegativeValuesHasNoZeroPoint() {
        assertThat(ActivationQuantization.of(new Range(0, 3)))
                .isEqualTo(ActivationQuantization.unsigned(3));
        assertThat(ActivationQuantization.of(new Range(1, 3)))
                .isEqualTo(ActivationQuantization.unsigned(3));
        assertThat(ActivationQuantization.of(new Range(-0.001f, 3)).zeroPoint()).isZero();
    }

    @Test
    void aRangeOfZerosHasAStep() {
        assertThat(ActivationQuantization.of(new Range(0, 0)).limit()).isEqualTo(1);
        assertThat(ActivationQuantization.signed(0).limit()).isEqualTo(1);
    }
}
