package io.pitlane.quantize.correction;

/**
 * How far a weight is rounded up, 0..1, as a function of a variable that is learned: the rectified
 * sigmoid of Nagel et al., Up or Down? Adaptive Rounding for Post-Training Quantization, ICML 2020,
 * equation 23.
 */
final class SoftRounding {
    private static final double STRETCH = 1.2;
    private static final double BELOW = 0.1;

    private SoftRounding() {}

    /** The share of a step that is added to the next lower integer. */
    static double of(double variable) {
        return Math.max(0, Math.min(1, stretched(variable)));
    }

    /** The derivative; 0 where it is clipped. */
    static double slope(double variable) {
        double stretched = stretched(variable);
        double sigmoid = (stretched + BELOW) / STRETCH;
        return stretched <= 0 || stretched >= 1 ? 0 : STRETCH * sigmoid * (1 - sigmoid);
    }

    /** The variable of a share. */
    static double inverse(double share) {
        double sigmoid = (share + BELOW) / STRETCH;
        return Math.log(sigmoid / (1 - sigmoid));
    }

    private static double stretched(double variable) {
        return STRETCH / (1 + Math.exp(-variable)) - BELOW;
    }

    /**
     * The derivative by the share of {@code 1 - |2 share - 1|^sharpness}, which is 0 for shares of
     * 0 and 1 and positive between them (equation 24).
     */
    static double indecisionSlope(double share, double sharpness) {
        double centred = 2 * share - 1;
        return -2 * sharpness * Math.signum(centred) * Math.pow(Math.abs(centred), sharpness - 1);
    }
}
