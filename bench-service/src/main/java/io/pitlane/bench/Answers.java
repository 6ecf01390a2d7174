package io.pitlane.bench;

import io.pitlane.contract.Accuracy;
import io.pitlane.contract.Report;
import io.pitlane.model.eval.Evaluation;

/**
 * What a model made of the test set, and the memory that it took.
 *
 * @param evaluation how right it is and how close to the original
 * @param every of how many images one was held against the original; 1 for all
 * @param peakMemoryBytes highest resident memory of this process meanwhile; -1 when unknown
 */
record Answers(Evaluation evaluation, int every, long peakMemoryBytes) {

    /** Accuracy; null without labels. */
    Accuracy accuracy() {
        return evaluation.accuracy().orElse(null);
    }

    /** Closeness to the original's answers. */
    Report.Fidelity fidelity() {
        return evaluation.fidelity();
    }
}
