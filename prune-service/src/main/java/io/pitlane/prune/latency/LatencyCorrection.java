package io.pitlane.prune.latency;

/**
 * From the sum over layers to the latency of a model: {@code fixed + factor * sum^exponent}.
 *
 * @param fixed milliseconds of a call without layers; not negative
 * @param factor positive
 * @param exponent positive
 */
record LatencyCorrection(double fixed, double factor, double exponent) {
    /** A curve that is steeper shows an error of the sums, and would predict hardly any time. */
    private static final double MOST_EXPONENT = 2;

    /**
     * The line through two measured models. Where it would take less than no time without layers,
     * as of a model that is too large for the caches and a smaller one that is not: the power law
     * through both, of an exponent of at most {@value #MOST_EXPONENT}.
     *
     * @param sums over the layers of the model and the smaller one
     * @param millis of both
     */
    static LatencyCorrection of(double[] sums, double[] millis) {
        double slope = (millis[0] - millis[1]) / (sums[0] - sums[1]);
        if (!Double.isFinite(slope) || slope <= 0) {
            // The smaller model is as slow: the machine is busy, or the model very small.
            return new LatencyCorrection(0, millis[0] / sums[0], 1);
        }
        double fixed = millis[0] - slope * sums[0];
        if (fixed >= 0) {
            return new LatencyCorrection(fixed, slope, 1);
        }
        double ratio = Math.log(millis[0] / millis[1]) / Math.log(sums[0] / sums[1]);
        double exponent = Math.min(MOST_EXPONENT, ratio);
        return new LatencyCorrection(0, millis[0] / Math.pow(sums[0], exponent), exponent);
    }

    double millis(double sum) {
        return fixed + factor * Math.pow(sum, exponent);
    }

    /** The sum of a model with this latency; negative where not even the call is so fast. */
    double sum(double millis) {
        return Math.pow((millis - fixed) / factor, 1 / exponent);
    }
}
