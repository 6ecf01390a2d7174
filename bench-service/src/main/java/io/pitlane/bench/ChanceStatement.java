package io.pitlane.bench;

import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.ConfidenceInterval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * Whether the choice of the test images may be the reason why a condition is violated, in a
 * sentence or two.
 */
final class ChanceStatement {
    private static final double MOST_IMAGES = 1e6;
    private static final MathContext ABOUT = new MathContext(2);

    private ChanceStatement() {}

    /**
     * The sentences, with a space before them.
     *
     * @param violated a condition on a drop, an increase or the agreement that is not met
     * @param figure what is limited: {@code drop}, {@code increase} or {@code agreement}
     * @param unit of a hundredth: {@code points} or {@code %}
     */
    static String of(Condition violated, String figure, String unit) {
        var interval = violated.interval();
        if (interval == null) {
            return " The test images are too few to tell whether this is chance.";
        }
        var found =
                String.format(
                        Locale.ROOT,
                        "on %d test images the 95 %% interval of the %s is %.2f to %.2f %s%s.",
                        interval.images(),
                        figure,
                        100 * interval.low(),
                        100 * interval.high(),
                        unit,
                        discordant(interval));
        return violated.mayBeChance()
                ? " This may be chance: %s About %s test images would settle it."
                        .formatted(found, images(violated.imagesToSettle()))
                : " This is not chance: %s".formatted(found);
    }

    private static String discordant(ConfidenceInterval interval) {
        var discordant = interval.discordant();
        return discordant == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (%d lost, %d gained, McNemar's exact test p = %.2g)",
                        discordant.lost(),
                        discordant.gained(),
                        discordant.pValue());
    }

    /** Two digits, as the estimate is no better. */
    private static String images(double number) {
        return number > MOST_IMAGES
                ? "more than a million"
                : new BigDecimal(number).round(ABOUT).toBigInteger().toString();
    }
}
