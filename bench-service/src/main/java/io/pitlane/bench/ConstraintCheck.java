package io.pitlane.bench;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;

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
     * @param intervals of the candidate's figures, with its comparison against the original
     */
    Report.Verdict verdict(
            ModelFigures original, ModelFigures candidate, AccuracyIntervals intervals) {
        var verdict = new VerdictBuilder();
        var quality = new QualityCheck(task, original, candidate, intervals, verdict);
        if (!constraints.limitQuality()) {
            quality.checkDefault();
        }
        quality.check(constraints);
        new CostCheck(candidate, intervals.comparison(), verdict).check(constraints);
        return verdict.build();
    }
}
