package io.pitlane.bench;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import java.util.List;

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
     * The candidate in a format other than TensorFlow's, as its engine runs it.
     *
     * @param intervals of its figures
     */
    record Delivered(DeliveredFigures figures, AccuracyIntervals intervals) {}

    /**
     * The verdict. Constraints on accuracy and fidelity hold for every delivered format.
     *
     * @param intervals of the candidate's figures, with its comparison against the original
     * @param delivered the candidate in other formats, where they were measured
     */
    Report.Verdict verdict(
            ModelFigures original,
            ModelFigures candidate,
            AccuracyIntervals intervals,
            List<Delivered> delivered) {
        var verdict = new VerdictBuilder();
        check(
                new QualityCheck(
                        task,
                        original.accuracy(),
                        candidate.accuracy(),
                        candidate.fidelity(),
                        intervals,
                        verdict));
        for (var other : delivered) {
            check(
                    new QualityCheck(
                            task,
                            original.accuracy(),
                            other.figures().accuracy(),
                            other.figures().fidelity(),
                            other.intervals(),
                            verdict.of(other.figures().format())));
        }
        new CostCheck(candidate, intervals.comparison(), verdict).check(constraints);
        return verdict.build();
    }

    private void check(QualityCheck quality) {
        if (!constraints.limitQuality()) {
            quality.checkDefault();
        }
        quality.check(constraints);
    }
}
