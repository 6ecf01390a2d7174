package io.pitlane.bench;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ConfidenceInterval;
import io.pitlane.evaluation.significance.PairedDifference;
import java.util.Optional;

/**
 * The confidence intervals of a candidate's loss of accuracy. Null stands for none: without labels,
 * or where the test images are too few.
 */
record AccuracyIntervals(Comparison comparison, Optional<PairedDifference> difference) {

    /** Of the headline metric. */
    ConfidenceInterval headline() {
        return comparison.interval();
    }

    /** Of the metric of one class. */
    ConfidenceInterval ofClass(int label) {
        return difference.flatMap(models -> models.ofClass(label)).orElse(null);
    }
}
