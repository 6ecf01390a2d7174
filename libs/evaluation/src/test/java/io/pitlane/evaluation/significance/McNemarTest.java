package io.pitlane.evaluation.significance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {

    @ParameterizedTest
    @CsvSource({
        // both tails of 2^n throws, counted by hand
        "0, 0, 1.0",
        "5, 5, 1.0",
        "0, 5, 0.0625",
        "11, 1, 0.00634765625",
        "3, 10, 0.09228515625",
        // the table 101, 121 / 59, 33 of McNemar's test in the statsmodels and Wikipedia examples
        "121, 59, 4.434449263755e-06"
    })
    void thePValueIsTwiceTheTailOfTheBinomialDistribution(int lost, int gained, double expected) {
        assertThat(McNemar.pValue(lost, gained))
                .isCloseTo(expected, within(1e-15 + 1e-11 * expected));
    }

    @Test
    void thePValueIsThatOfWholeNumbers() {
        for (int lost = 0; lost <= 30; lost++) {
            for (int gained = 0; gained <= 30; gained++) {
                assertThat(McNemar.pValue(lost, gained))
                        .as("%d lost, %d gained", lost, gained)
                        .isCloseTo(exactly(lost, gained), within(1e-12));
            }
        }
    }

    @Test
    void manyDiscordantImagesLoseNoDigits() {
        assertThat(McNemar.pValue(2600, 2400))
                .isCloseTo(exactly(2600, 2400), within(1e-12))
                .isBetween(0.004, 0.006);
        assertThat(McNemar.pValue(50_000, 50_000)).isEqualTo(1);
    }

    private static double exactly(int lost, int gained) {
        int all = lost + gained;
        var binomial = BigInteger.ONE;
        var tail = BigInteger.ZERO;
        for (int k = 0; k <= Math.min(lost, gained); k++) {
            tail = tail.add(binomial);
            binomial =
                    binomial.multiply(BigInteger.valueOf(all - k))
                            .divide(BigInteger.valueOf(k + 1));
        }
        return Math.min(
                1,
                new BigDecimal(tail.shiftLeft(1))
                        .divide(
                                new BigDecimal(BigInteger.ONE.shiftLeft(all)),
                                MathContext.DECIMAL64)
                        .doubleValue());
    }
}
