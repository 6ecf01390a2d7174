package io.pitlane.evaluation.significance;

/**
 * The score interval of a share (E. B. Wilson, Probable inference, the law of succession, and
 * statistical inference, Journal of the American Statistical Association 22, 1927). Unlike the
 * interval of the normal distribution it stays within 0..1 and has a width at both ends.
 *
 * @param hits trials that count
 * @param trials all trials, at least 1
 */
record WilsonInterval(int hits, int trials) {

    /** Lower limit of the share, 0..1. */
    double low() {
        return Math.max(0, middle() - halfWidth());
    }

    /** Upper limit of the share, 0..1. */
    double high() {
        return Math.min(1, middle() + halfWidth());
    }

    private double middle() {
        return (share() + squared() / (2 * trials)) / (1 + squared() / trials);
    }

    private double halfWidth() {
        double variance = share() * (1 - share()) / trials + squared() / (4.0 * trials * trials);
        return ScoreInterval.QUANTILE * Math.sqrt(variance) / (1 + squared() / trials);
    }

    private double share() {
        return (double) hits / trials;
    }

    private static double squared() {
        return ScoreInterval.QUANTILE * ScoreInterval.QUANTILE;
    }
}
