package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The 95 % confidence interval of a drop of accuracy, of an increase of an error, or of the
 * agreement with the original: how far the choice of the test images may have moved it.
 *
 * @param low lower limit, in the unit of the figure
 * @param high upper limit
 * @param images test images that it is computed from
 * @param discordant the images that only one of both models recognises; null but for the accuracy
 *     of classifiers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfidenceInterval(double low, double high, int images, Discordant discordant) {
    /**
     * A normal interval of 95 % is 1.96 standard errors wide on each side. One that leaves out the
     * limit with a probability of 80 % needs 2.80 between the figure and the limit.
     */
    private static final double EXCLUDES_IN_80_PERCENT = (1.95996 + 0.84162) / 1.95996;

    /**
     * The images that only one of both models recognises, and McNemar's exact test of them.
     *
     * @param lost images that only the original recognises
     * @param gained images that only the candidate recognises
     * @param pValue two-sided probability of a split at least as uneven as that if neither model
     *     were better (McNemar 1947)
     */
    public record Discordant(int lost, int gained, double pValue) {}

    /**
     * About how many test images would tell on which side of a limit a figure is: with so many, the
     * interval leaves out the limit in 80 % of all test sets, if the figure is what was measured.
     * The interval's width goes with the inverse of the square root of the number.
     *
     * @param figure a figure that is not the limit
     * @return infinite when the figure is at the limit
     */
    double imagesToSettle(double figure, double limit) {
        double width = figure > limit ? figure - low : high - figure;
        double wider = width / (figure - limit);
        return images * Math.pow(EXCLUDES_IN_80_PERCENT * wider, 2);
    }
}
