package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CalibrationImagesTest {

    @Test
    void theSeedDecidesTheSample() {
        assertThat(CalibrationImages.sample(1000, 50, 7))
                .isEqualTo(CalibrationImages.sample(1000, 50, 7))
                .isNotEqualTo(CalibrationImages.sample(1000, 50, 8))
                .hasSize(50)
                .doesNotHaveDuplicates();
    }

    @Test
    void ofASmallSetAllImagesAreUsed() {
        assertThat(CalibrationImages.sample(5, 512, 7)).containsExactly(0, 1, 2, 3, 4);
    }
}
