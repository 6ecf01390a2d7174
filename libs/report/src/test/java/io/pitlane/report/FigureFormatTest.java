package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureFormatTest {

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
        assertThat(FigureFormat.bytes(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, 1.00 k",
        "9994, 9.99 k",
        "9995, 10.0 k",
        "99949, 99.9 k",
        "99950, 100 k",
        "999499, 999 k",
        "999500, 1.00 M",
        "999999, 1.00 M",
        "1000000, 1.00 M",
        "12345678, 12.3 M",
        "999500000, 1.00 G"
    })
    void countsHaveThreeDigitsAndAPrefix(long count, String expected) {
        assertThat(FigureFormat.count(count)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "0.01, 0.01",
        "0.00249999, 0.0025",
        "-0.1234567, -0.1235",
        "0.0000004, 0",
        "2.345678, 2.346",
        "999.96, 1000",
        "98000, 98000",
        "1234567, 1234567"
    })
    void plainFiguresHaveFourDigitsAndNoUnit(double value, String expected) {
        assertThat(FigureFormat.plain(value)).isEqualTo(expected);
    }

    @Test
    void aDifferenceOfSharesIsInPoints() {
        assertThat(FigureFormat.points(0.0032)).isEqualTo("+0.32");
        assertThat(FigureFormat.points(-0.01)).isEqualTo("-1.00");
        assertThat(FigureFormat.points(-0.0)).isEqualTo("+0.00");
    }

    @Test
    void ratiosAndTimesKeepTheDigitsThatMatter() {
        assertThat(FigureFormat.times(3.142)).isEqualTo("3.14x");
        assertThat(FigureFormat.times(123.4)).isEqualTo("123x");
        assertThat(FigureFormat.millis(0.1234)).isEqualTo("0.123 ms");
        assertThat(FigureFormat.millis(12.34)).isEqualTo("12.3 ms");
        assertThat(FigureFormat.percent(0.9466)).isEqualTo("94.66 %");
    }
}
