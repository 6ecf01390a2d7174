package io.pitlane.bench;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ConfidenceInterval;
import io.pitlane.evaluation.significance.PairedDifference;
import java.util.Optional;

/**
 * The confidence intervals of a candidate's loss of accuracy, and of its agreement with the
 * original. Null stands for none: without labels, or where the test images are too few.
 *
 * @param comparison the candidate against the original
 * @param difference of both on the same test images; empty without labels
 * @param agreementInterval of the agreement; empty without classes
 */
record AccuracyIntervals(
        Comparison comparison,
        Optional<PairedDifference> difference,
        Optional<ConfidenceInterval> agreementInterval) {

    /** Of the headline metric. */
    ConfidenceInterval headline() {
        return comparison.interval();
    }

    /** Of the metric of one class. */
    ConfidenceInterval ofClass(int label) {
        return difference.flatMap(models -> models.ofClass(label)).orElse(null);
    }

    /** Of the agreement with the original. */
    ConfidenceInterval agreement() {
        return agreementInterval.orElse(null);
    }
}
