package io.pitlane.evaluation.scoring;

/**
 * Reads the scores of one image as a distribution over classes at each of its positions. A single
 * score a position distinguishes two classes.
 *
 * @param positions 1, or the number of pixels
 * @param classesFirst whether all positions of a class follow each other; else all classes of a
 *     position
 * @param probabilities whether scores are probabilities; else they are logits
 */
public record ClassDistributions(int positions, boolean classesFirst, boolean probabilities) {
    /** The least probability, so that the divergence is finite. */
    private static final double LEAST = 1e-12;

    /**
     * The Kullback-Leibler divergence {@code sum p log(p / q)} in nats, the sum over all positions.
     *
     * @param expected the scores for p
     * @param actual the scores for q, as many
     */
    public double divergence(float[] expected, float[] actual) {
        int classes = expected.length / positions;
        double sum = 0;
        for (int position = 0; position < positions; position++) {
            var p = logProbabilities(expected, position, classes);
            var q = logProbabilities(actual, position, classes);
            for (int c = 0; c < p.length; c++) {
                sum += Math.exp(p[c]) * (p[c] - q[c]);
            }
        }
        return sum;
    }

    private double[] logProbabilities(float[] scores, int position, int classes) {
        if (classes == 1) {
            double score = scores[position];
            return probabilities ? normalized(log(score), log(1 - score)) : normalized(score, 0);
        }
        var values = new double[classes];
        for (int c = 0; c < classes; c++) {
            double score = scores[classesFirst ? c * positions + position : position * classes + c];
            values[c] = probabilities ? log(score) : score;
        }
        return normalized(values);
    }

    private static double log(double probability) {
        return Math.log(Math.max(LEAST, probability));
    }

    /** Log softmax, which leaves the logarithms of probabilities as they are. */
    private static double[] normalized(double... values) {
        double top = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            top = Math.max(top, value);
        }
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - top);
        }
        double log = top + Math.log(sum);
        for (int i = 0; i < values.length; i++) {
            values[i] -= log;
        }
        return values;
    }
}
