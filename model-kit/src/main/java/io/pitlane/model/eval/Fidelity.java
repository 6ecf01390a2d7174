package io.pitlane.model.eval;

import io.pitlane.contract.Report;

/** How close a model's answers stay to those of the original. */
public final class Fidelity {
    private Fidelity() {}

    /**
     * Compares answers for the same images.
     *
     * @throws IllegalArgumentException when the numbers of images or classes differ
     */
    public static Report.Fidelity between(Evaluation original, Evaluation candidate) {
        float[][] expected = original.scores();
        float[][] actual = candidate.scores();
        if (expected.length != actual.length || expected[0].length != actual[0].length) {
            throw new IllegalArgumentException("the models answered different questions");
        }
        int agreed = 0;
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            agreed += original.topClass(i) == candidate.topClass(i) ? 1 : 0;
            for (int c = 0; c < expected[i].length; c++) {
                difference += Math.pow(actual[i][c] - expected[i][c], 2);
                norm += Math.pow(expected[i][c], 2);
            }
        }
        double relative = norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
        return new Report.Fidelity((double) agreed / expected.length, relative);
    }
}
