package io.pitlane.contract.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Calibration.RangeMethod;
import io.pitlane.contract.validation.LayerPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {

    @Test
    void theFirstPatternThatMatchesALayerCounts() throws Exception {
        // Given
        var yaml =
                """
                method: mse
                layers:
                  block1/conv2: {method: min-max}
                  block1/*: {percentile: 99.9}
                  '*': {method: entropy}
                """;

        // When
        var calibration = ContractJson.PLAN_MAPPER.readValue(yaml, Calibration.class);

        // Then
        assertThat(calibration.of("block1/conv2")).isEqualTo(new RangeMethod(Method.MIN_MAX, null));
        assertThat(calibration.of("block1/conv1"))
                .isEqualTo(new RangeMethod(Method.PERCENTILE, 99.9));
        assertThat(calibration.of("block2/conv1")).isEqualTo(new RangeMethod(Method.ENTROPY, null));
    }

    @Test
    void aLayerWithoutAPatternHasTheMethodOfAll() {
        // Given
        var calibration = new Calibration(Method.PERCENTILE, 99.0, null);

        // When
        var method = calibration.of("conv");

        // Then
        assertThat(method).isEqualTo(new RangeMethod(Method.PERCENTILE, 99.0));
    }

    @ParameterizedTest
    @CsvSource({
        "conv1, conv1, true",
        "conv1, conv10, false",
        "conv*, conv10, true",
        "*/conv, a/b/conv, true",
        "*/conv, a/b/conv2, false",
        "a.c, abc, false",
        "a*c*, abcd, true",
    })
    void aStarIsAnyText(String pattern, String layer, boolean matches) {
        assertThat(LayerPattern.matches(pattern, layer)).isEqualTo(matches);
    }
}
