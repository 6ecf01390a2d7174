package io.pitlane.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.00 kB",
        "98000, 98.0 kB",
        "980400, 980 kB",
        "999700, 1.00 MB",
        "1234567, 1.23 MB",
        "2500000000, 2.50 GB"
    })
    void bytesHaveThreeDigitsAndAUnit(long bytes, String expected) {
        assertThat(Figures.bytes(bytes)).isEqualTo(expected);
    }

    @Test
    void aDifferenceOfSharesIsInPoints() {
        assertThat(Figures.points(0.0032)).isEqualTo("+0.32");
        assertThat(Figures.points(-0.01)).isEqualTo("-1.00");
        assertThat(Figures.points(-0.0)).isEqualTo("+0.00");
    }

    @Test
    void ratiosAndTimesKeepTheDigitsThatMatter() {
        assertThat(Figures.times(3.142)).isEqualTo("3.14x");
        assertThat(Figures.times(123.4)).isEqualTo("123x");
        assertThat(Figures.millis(0.1234)).isEqualTo("0.123 ms");
        assertThat(Figures.millis(12.34)).isEqualTo("12.3 ms");
        assertThat(Figures.percent(0.9466)).isEqualTo("94.66 %");
    }
}
