package io.pitlane.evaluation.significance;

/**
 * McNemar's exact test: whether two classifiers, tested on the same images, differ in accuracy (Q.
 * McNemar, Note on the sampling error of the difference between correlated proportions or
 * percentages, Psychometrika 12, 1947).
 */
final class McNemar {
    private McNemar() {}

    /**
     * The two-sided p-value: if neither model were better, each image that only one of them
     * recognises would be a fair coin's throw. The probability is that of a split at least as
     * uneven, from the binomial distribution.
     *
     * @param lost images that only the first model recognises
     * @param gained images that only the second model recognises
     */
    static double pValue(int lost, int gained) {
        int throwsOfCoin = lost + gained;
        double logProbability = -throwsOfCoin * Math.log(2);
        double tail = 0;
        for (int k = 0; k <= Math.min(lost, gained); k++) {
            tail += Math.exp(logProbability);
            logProbability += Math.log(throwsOfCoin - k) - Math.log(k + 1.0);
        }
        return Math.min(1, 2 * tail);
    }
}
