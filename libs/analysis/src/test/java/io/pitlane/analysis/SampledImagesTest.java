package io.pitlane.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampledImagesTest {

    @Test
    void theSeedDecidesTheSample() {
        assertThat(SampledImages.sample(1000, 50, 7))
                .isEqualTo(SampledImages.sample(1000, 50, 7))
                .isNotEqualTo(SampledImages.sample(1000, 50, 8))
                .hasSize(50)
                .doesNotHaveDuplicates();
    }

    @Test
    void ofASmallSetAllImagesAreUsed() {
        assertThat(SampledImages.sample(5, 512, 7)).containsExactly(0, 1, 2, 3, 4);
    }
}
