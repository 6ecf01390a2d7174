package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.ActivationOptions.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationQuantizationTest {
    private static final ActivationQuantization ASYMMETRIC =
            new ActivationQuantization(new ActivationOptions(Type.ASYMMETRIC));
    private static final ActivationQuantization SYMMETRIC =
            new ActivationQuantization(new ActivationOptions(Type.SYMMETRIC));

    @ParameterizedTest
    @CsvSource({"-1, 1", "-0.2, 3", "-7, 0.1", "-2, 0", "-1e-4, 2e-4", "-30, 50"})
    void theIntegersReachBothEndsOfARange(float min, float max) {
        // When
        var quantization = ASYMMETRIC.of(new Range(min, max));

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
        assertThat(ASYMMETRIC.of(new Range(0, 3))).isEqualTo(ASYMMETRIC.unsigned(3));
        assertThat(ASYMMETRIC.of(new Range(1, 3))).isEqualTo(ASYMMETRIC.unsigned(3));
        assertThat(ASYMMETRIC.of(new Range(-0.001f, 3)).zeroPoint()).isZero();
    }

    @Test
    void aRangeOfZerosHasAStep() {
        assertThat(ASYMMETRIC.of(new Range(0, 0)).limit()).isEqualTo(1);
        assertThat(ASYMMETRIC.signed(0).limit()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0.5, 1", "-0.2, 3, 3", "-7, 7, 7"})
    void symmetricIntegersAreSignedAndReachTheLargestMagnitude(float min, float max, float limit) {
        // When
        var quantization = SYMMETRIC.of(new Range(min, max));

        // Then
        assertThat(quantization.zeroPoint()).isZero();
        assertThat(quantization.lowest()).isEqualTo(-127);
        assertThat(quantization.scale()).isCloseTo(limit / 127, within(1e-9));
    }

    @Test
    void symmetricIntegersOfARangeWithoutNegativeValuesAreUnsigned() {
        assertThat(SYMMETRIC.of(new Range(0, 3))).isEqualTo(SYMMETRIC.unsigned(3));
    }
}
