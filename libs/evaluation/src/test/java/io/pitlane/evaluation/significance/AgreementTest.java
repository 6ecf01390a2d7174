package io.pitlane.evaluation.significance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {

    /** R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3. */
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662",
        "15, 148, 0.0624, 0.1605",
        "0, 20, 0, 0.1611",
        "1, 29, 0.0061, 0.1718"
    })
    void theIntervalOfOneChoiceAnImageIsWilsons(int agreed, int images, double low, double high) {
        // When
        var interval = images(agreed, images).interval(1).orElseThrow();

        // Then
        assertThat(interval.low()).isCloseTo(low, within(5e-5));
        assertThat(interval.high()).isCloseTo(high, within(5e-5));
        assertThat(interval.images()).isEqualTo(images);
        assertThat(interval.discordant()).isNull();
    }

    @Test
    void fullAgreementMayBeChanceToo() {
        var interval = images(50, 50).interval(1).orElseThrow();

        // 1 / (1 + z^2 / n)
        assertThat(interval.low()).isCloseTo(1 / (1 + 3.841458820694124 / 50), within(1e-9));
        assertThat(interval.high()).isEqualTo(1);
    }

    @Test
    void theIntervalOfPixelsGoesByTheNumberOfImages() {
        // Given: 400 images of 10,000 pixels, of which a share of 0.5 to 1 agrees
        var pixels = new int[400];
        Arrays.fill(pixels, 10_000);
        var agreed = IntStream.range(0, 400).map(i -> 5000 + i * 37 % 400 * 5000 / 400).toArray();
        var agreement = new Agreement(agreed, pixels);

        // When
        var interval = agreement.interval(3).orElseThrow();

        // Then: the standard error of a uniform share over the root of the number of images
        double deviation = 0.5 / Math.sqrt(12) / Math.sqrt(400);
        double share = agreement.share().orElseThrow();
        assertThat(interval.low()).isCloseTo(share - 1.96 * deviation, within(0.1 * deviation));
        assertThat(interval.high()).isCloseTo(share + 1.96 * deviation, within(0.1 * deviation));
        assertThat(agreement.interval(3)).contains(interval);
    }

    @Test
    void withoutChoicesThereIsNothingToAgreeOn() {
        assertThat(new Agreement(new int[12], new int[12]).interval(1)).isEmpty();
        assertThat(new Agreement(new int[0], new int[0]).share()).isEmpty();
    }

    private static Agreement images(int agreed, int images) {
        var choices = new int[images];
        Arrays.fill(choices, 1);
        var same = new int[images];
        Arrays.fill(same, 0, agreed, 1);
        return new Agreement(same, choices);
    }
}
