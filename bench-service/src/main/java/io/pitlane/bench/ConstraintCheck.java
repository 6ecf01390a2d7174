package io.pitlane.bench;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.significance.PairedDifference;
import java.util.Optional;

/**
 * Checks a candidate against the constraints, or against {@link Constraints#defaultFor the default
 * limit} where they limit neither accuracy nor fidelity. A constraint that cannot be judged is
 * violated: one on accuracy without labels, on a class without test images, on the latency at a
 * batch size that was not measured.
 */
final class ConstraintCheck {
    private final Task task;
    private final Constraints constraints;

    /** A check of constraints that are valid for the task. */
    ConstraintCheck(Task task, Constraints constraints) {
        this.task = task;
        this.constraints = constraints;
    }

    /**
     * The verdict.
     *
     * @param comparison the candidate against the original
     * @param difference of both on the same test images; empty without labels
     */
    Report.Verdict verdict(
            ModelFigures original,
            ModelFigures candidate,
            Comparison comparison,
            Optional<PairedDifference> difference) {
        var verdict = new VerdictBuilder();
        var quality =
                new QualityCheck(
                        task,
                        original,
                        candidate,
                        new AccuracyIntervals(comparison, difference),
                        verdict);
        if (!constraints.limitQuality()) {
            quality.checkDefault();
        }
        quality.check(constraints);
        new CostCheck(candidate, comparison, verdict).check(constraints);
        return verdict.build();
    }
}
