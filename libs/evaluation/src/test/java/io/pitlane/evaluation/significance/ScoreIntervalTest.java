package io.pitlane.evaluation.significance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreIntervalTest {
    /** The chi-square distribution's 95 % quantile with one degree of freedom. */
    private static final double CHI_SQUARE = 3.841458820694124;

    @Test
    void theIntervalIsThatOfAnotherImplementation() {
        // scoreci.mp(20, 60, 1000) of R's package PropCIs
        var interval = new ScoreInterval(60, 20, 1000);

        assertThat(interval.low()).isCloseTo(0.0231, within(5e-5));
        assertThat(interval.high()).isCloseTo(0.0584, within(5e-5));
    }

    @ParameterizedTest
    @CsvSource({"12, 4, 300", "4, 12, 300", "0, 3, 20", "7, 0, 50", "1, 1, 9", "40, 20, 160"})
    void atItsLimitsTheScoreStatisticIsAtItsQuantile(int lost, int gained, int images) {
        var interval = new ScoreInterval(lost, gained, images);

        assertThat(chiSquare(lost, gained, images, interval.low()))
                .isCloseTo(CHI_SQUARE, within(1e-4));
        assertThat(chiSquare(lost, gained, images, interval.high()))
                .isCloseTo(CHI_SQUARE, within(1e-4));
        assertThat((double) (lost - gained) / images).isBetween(interval.low(), interval.high());
    }

    @Test
    void zeroIsOutsideWhereMcNemarsChiSquareIsSignificant() {
        // (30 - 16)^2 / 46 = 4.26, (30 - 17)^2 / 47 = 3.60
        assertThat(new ScoreInterval(30, 16, 500).low()).isPositive();
        assertThat(new ScoreInterval(30, 17, 500).low()).isNegative();
    }

    @Test
    void withoutDiscordantImagesTheIntervalNarrowsWithTheirNumber() {
        // z^2 / (n + z^2)
        var interval = new ScoreInterval(0, 0, 100);

        assertThat(interval.high()).isCloseTo(CHI_SQUARE / (100 + CHI_SQUARE), within(1e-9));
        assertThat(interval.low()).isCloseTo(-interval.high(), within(1e-9));
    }

    @Test
    void whereEveryImageIsLostTheIntervalEndsAtOne() {
        var interval = new ScoreInterval(20, 0, 20);

        assertThat(interval.high()).isEqualTo(1);
        assertThat(interval.low()).isBetween(0.6, 0.99);
    }

    /**
     * The squared score statistic of a difference; the share of gained images that is most likely
     * with it is searched, not solved for.
     */
    private static double chiSquare(int lost, int gained, int images, double difference) {
        double low = Math.max(0, -difference);
        double high = (1 - difference) / 2;
        for (int i = 0; i < 200; i++) {
            double left = low + (high - low) / 3;
            double right = high - (high - low) / 3;
            if (logLikelihood(lost, gained, images, left, difference)
                    < logLikelihood(lost, gained, images, right, difference)) {
                low = left;
            } else {
                high = right;
            }
        }
        double discordant = low + low + difference;
        double deviation = (double) (lost - gained) / images - difference;
        return deviation * deviation * images / (discordant - difference * difference);
    }

    private static double logLikelihood(
            int lost, int gained, int images, double gainedShare, double difference) {
        return term(lost, gainedShare + difference)
                + term(gained, gainedShare)
                + term(images - lost - gained, 1 - 2 * gainedShare - difference);
    }

    private static double term(int count, double share) {
        return count == 0 ? 0 : count * Math.log(Math.max(share, 1e-300));
    }
}
