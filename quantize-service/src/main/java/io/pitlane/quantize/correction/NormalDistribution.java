package io.pitlane.quantize.correction;

import io.pitlane.graph.fusion.FusedActivation;

/**
 * The values of a channel as batch norm makes them: normally distributed.
 *
 * @param mean of the values
 * @param deviation their standard deviation, at least 0
 */
record NormalDistribution(double mean, double deviation) {
    private static final double[] COEFFICIENTS = {
        0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429
    };

    /** The mean behind an activation (Nagel et al. 2019, appendix C: the clipped normal). */
    double meanBehind(FusedActivation activation) {
        if (!activation.nonNegative()) {
            return mean;
        }
        double ceiling = activation.ceiling();
        if (deviation == 0) {
            return Math.max(0, Math.min(ceiling, mean));
        }
        double low = -mean / deviation;
        double high = (ceiling - mean) / deviation;
        double above = Double.isInfinite(ceiling) ? 0 : ceiling * (1 - cumulative(high));
        return deviation * (density(low) - density(high))
                + mean * (cumulative(high) - cumulative(low))
                + above;
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Abramowitz and Stegun, 26.2.17: the error is below 7.5e-8. */
    private static double cumulative(double x) {
        if (x < 0) {
            return 1 - cumulative(-x);
        }
        double t = 1 / (1 + 0.2316419 * x);
        double polynomial = 0;
        for (int i = COEFFICIENTS.length - 1; i >= 0; i--) {
            polynomial = t * (COEFFICIENTS[i] + polynomial);
        }
        return 1 - density(x) * polynomial;
    }
}
