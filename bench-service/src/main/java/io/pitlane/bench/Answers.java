package io.pitlane.bench;

import io.pitlane.contract.Accuracy;
import io.pitlane.contract.Report;
import io.pitlane.model.eval.Evaluation;
import io.pitlane.model.eval.Fidelity;

/**
 * What a model answered on the test set, and the memory that it took.
 *
 * @param evaluation its outputs for every test image
 * @param peakMemoryBytes highest resident memory of this process meanwhile; -1 when unknown
 */
record Answers(Evaluation evaluation, long peakMemoryBytes) {

    /** Accuracy; null without labels. */
    Accuracy accuracy() {
        return evaluation.accuracy().orElse(null);
    }

    /** Closeness to the original's answers. */
    Report.Fidelity fidelityTo(Answers original) {
        return Fidelity.between(original.evaluation, evaluation);
    }
}
