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
        if (classes == 1) {
            return new ClassDistributions(positions, false, probabilities)
                    .divergence(twoClasses(expected), twoClasses(actual));
        }
        int step = classesFirst ? positions : 1;
        double sum = 0;
        for (int position = 0; position < positions; position++) {
            int start = classesFirst ? position : position * classes;
            int end = start + classes * step;
            sum +=
                    probabilities
                            ? ofProbabilities(expected, actual, start, end, step)
                            : ofLogits(expected, actual, start, end, step);
        }
        return sum;
    }

    /**
     * The Gini impurity {@code 1 - sum p^2}, the mean over all positions: 0 where one class is
     * certain, and close to 1 where many are equally likely.
     */
    public double impurity(float[] scores) {
        int classes = scores.length / positions;
        if (classes == 1) {
            return new ClassDistributions(positions, false, probabilities)
                    .impurity(twoClasses(scores));
        }
        int step = classesFirst ? positions : 1;
        double sum = 0;
        for (int position = 0; position < positions; position++) {
            int start = classesFirst ? position : position * classes;
            sum += impurity(scores, start, start + classes * step, step);
        }
        return sum / positions;
    }

    private double impurity(float[] scores, int start, int end, int step) {
        double top = probabilities ? 0 : highest(scores, start, end, step);
        double sum = 0;
        double squares = 0;
        for (int i = start; i < end; i += step) {
            double p = probabilities ? Math.max(LEAST, scores[i]) : Math.exp(scores[i] - top);
            sum += p;
            squares += p * p;
        }
        return 1 - squares / (sum * sum);
    }

    private float[] twoClasses(float[] scores) {
        var both = new float[2 * scores.length];
        for (int i = 0; i < scores.length; i++) {
            both[2 * i] = scores[i];
            both[2 * i + 1] = probabilities ? 1 - scores[i] : 0;
        }
        return both;
    }

    /** Of what need not add up to 1: both are divided by their sums. */
    private static double ofProbabilities(
            float[] expected, float[] actual, int start, int end, int step) {
        double sumOfP = 0;
        double sumOfQ = 0;
        double sum = 0;
        for (int i = start; i < end; i += step) {
            double p = Math.max(LEAST, expected[i]);
            double q = Math.max(LEAST, actual[i]);
            sumOfP += p;
            sumOfQ += q;
            sum += p * Math.log(p / q);
        }
        return sum / sumOfP + Math.log(sumOfQ / sumOfP);
    }

    /** Behind softmax. */
    private static double ofLogits(float[] expected, float[] actual, int start, int end, int step) {
        double topOfP = highest(expected, start, end, step);
        double topOfQ = highest(actual, start, end, step);
        double sumOfP = 0;
        double sumOfQ = 0;
        double sum = 0;
        for (int i = start; i < end; i += step) {
            double logP = expected[i] - topOfP;
            double logQ = actual[i] - topOfQ;
            double p = Math.exp(logP);
            sumOfP += p;
            sumOfQ += Math.exp(logQ);
            sum += p * (logP - logQ);
        }
        return sum / sumOfP + Math.log(sumOfQ / sumOfP);
    }

    private static double highest(float[] scores, int start, int end, int step) {
        double top = scores[start];
        for (int i = start + step; i < end; i += step) {
            top = Math.max(top, scores[i]);
        }
        return top;
    }
}
