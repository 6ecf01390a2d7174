package io.pitlane.evaluation.significance;

import java.util.function.DoublePredicate;

/**
 * The score interval of the difference of two shares of the same images (T. Tango, Equivalence test
 * and confidence interval for the difference in proportions for the paired-sample design,
 * Statistics in Medicine 17, 1998). It holds every difference that the score test, which at
 * difference 0 is McNemar's test, does not reject.
 *
 * @param lost images that only the first model recognises
 * @param gained images that only the second model recognises
 * @param images all images, at least 1
 */
record ScoreInterval(int lost, int gained, int images) {
    /** Of the standard normal distribution, 97.5 %. */
    static final double QUANTILE = 1.959963984540054;

    private static final int HALVINGS = 60;

    /** Lower limit of the first share minus the second, -1..1. */
    double low() {
        return -boundary(-1, difference());
    }

    /** Upper limit of the first share minus the second, -1..1. */
    double high() {
        return boundary(1, difference());
    }

    private double difference() {
        return (double) (lost - gained) / images;
    }

    /** The end of the interval in a direction, times that direction. */
    private double boundary(int direction, double from) {
        return bisect(direction * from, 1, distance -> isRejected(direction * distance));
    }

    private static double bisect(double inside, double outside, DoublePredicate isOutside) {
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (inside + outside) / 2;
            if (isOutside.test(middle)) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        return (inside + outside) / 2;
    }

    /** Whether the score test rejects a difference; Tango's equations 24 to 26. */
    private boolean isRejected(double difference) {
        double a = 2.0 * images;
        double b = -lost - gained + (2.0 * images - lost + gained) * difference;
        double c = -gained * difference * (1 - difference);
        double gainedShare = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
        double variance = images * Math.max(0, 2 * gainedShare + difference * (1 - difference));
        double deviation = lost - gained - images * difference;
        return deviation * deviation > QUANTILE * QUANTILE * variance;
    }
}
