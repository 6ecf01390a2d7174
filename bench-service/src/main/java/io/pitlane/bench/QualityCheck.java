package io.pitlane.bench;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.Constraints.ClassConstraint;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.Report;
import java.util.TreeMap;

/** Checks the accuracy of a candidate, as a whole and of single classes, and its fidelity. */
final class QualityCheck {
    /** Rounding error of an accuracy; a drop of exactly the limit passes. */
    private static final double ROUNDING = 1e-9;

    private final Task task;
    private final Accuracy original;
    private final Accuracy candidate;
    private final Report.Fidelity fidelity;
    private final AccuracyIntervals intervals;
    private final VerdictBuilder verdict;

    /**
     * A check of one candidate.
     *
     * @param original accuracy of the original; null without labels
     * @param candidate accuracy of the candidate; null without labels
     * @param fidelity of the candidate
     * @param intervals of the candidate's loss of accuracy and of its agreement
     * @param verdict receives every condition
     */
    QualityCheck(
            Task task,
            Accuracy original,
            Accuracy candidate,
            Report.Fidelity fidelity,
            AccuracyIntervals intervals,
            VerdictBuilder verdict) {
        this.task = task;
        this.original = original;
        this.candidate = candidate;
        this.fidelity = fidelity;
        this.intervals = intervals;
        this.verdict = verdict;
    }

    private boolean isScored() {
        return original != null && candidate != null;
    }

    /** Checks the limit that Pitlane sets itself. */
    void checkDefault() {
        check(Constraints.defaultFor(task, isScored(), fidelity.agreement() != null), true);
    }

    /** Checks the plan's constraints. */
    void check(Constraints constraints) {
        check(constraints, false);
    }

    private void check(Constraints constraints, boolean byDefault) {
        if (constraints.maxAccuracyDrop() != null) {
            checkDrop(constraints.maxAccuracyDrop(), byDefault);
        }
        if (constraints.maxErrorIncrease() != null) {
            checkIncrease(constraints.maxErrorIncrease(), byDefault);
        }
        new TreeMap<>(constraints.classes()).forEach(this::checkClass);
        if (constraints.minAgreement() != null) {
            checkAgreement(constraints.minAgreement(), byDefault);
        }
        if (constraints.maxRelativeL2() != null) {
            checkDifference(constraints.maxRelativeL2(), byDefault);
        }
    }

    private void checkDrop(double limit, boolean byDefault) {
        var field = "maxAccuracyDrop";
        if (!isScored()) {
            verdict.add(
                    new Condition(field, byDefault, limit, null, false),
                    "maxAccuracyDrop cannot be judged: the test images have no labels.");
            return;
        }
        var name = original.headline().name();
        double before = original.headline().value();
        double after = candidate.headline().value();
        addDrop(
                new Condition(
                        field,
                        byDefault,
                        limit,
                        before - after,
                        intervals.headline(),
                        before - after <= limit + ROUNDING),
                task == Task.CLASSIFICATION ? "Top-1 accuracy" : "The " + name,
                before,
                after);
    }

    private void addDrop(Condition drop, String what, double before, double after) {
        verdict.add(
                drop,
                "%s fell by %.2f points, from %.2f %% to %.2f %%, but may fall by %.2f at most.%s",
                what,
                100 * drop.measured(),
                100 * before,
                100 * after,
                100 * drop.limit(),
                drop.met() ? "" : ChanceStatement.of(drop, "drop", "points"));
    }

    private void checkIncrease(double limit, boolean byDefault) {
        var field = "maxErrorIncrease";
        if (!isScored()) {
            verdict.add(
                    new Condition(field, byDefault, limit, null, false),
                    "maxErrorIncrease cannot be judged: the test images have no targets.");
            return;
        }
        double before = original.headline().value();
        double after = candidate.headline().value();
        var increase =
                new Condition(
                        field,
                        byDefault,
                        limit,
                        before == 0 ? null : Double.valueOf(after / before - 1),
                        intervals.headline(),
                        after <= before * (1 + limit) + ROUNDING * before);
        verdict.add(
                increase,
                "The mean absolute error rose from %.6g to %.6g, but may rise by %.2f %% at most.%s",
                before,
                after,
                100 * limit,
                increase.met() ? "" : ChanceStatement.of(increase, "increase", "%"));
    }

    private void checkClass(int index, ClassConstraint constraint) {
        var field = "classes." + index + "." + classField();
        double limit = constraint.maxDrop();
        var before = isScored() ? original.perClass().get(index) : null;
        var after = isScored() ? candidate.perClass().get(index) : null;
        if (before == null || after == null) {
            verdict.add(
                    new Condition(field, false, limit, null, false),
                    "The %s of class %d cannot be judged: %s.",
                    classMetric(),
                    index,
                    isScored()
                            ? "no test image is of that class"
                            : "the test images have no labels");
            return;
        }
        double drop = before - after;
        addDrop(
                new Condition(
                        field,
                        false,
                        limit,
                        drop,
                        intervals.ofClass(index),
                        drop <= limit + ROUNDING),
                "The " + classMetric() + " of class " + index,
                before,
                after);
    }

    private String classField() {
        return switch (task) {
            case SEGMENTATION -> "maxIouDrop";
            case DETECTION -> "maxAveragePrecisionDrop";
            case CLASSIFICATION, REGRESSION -> "maxRecallDrop";
        };
    }

    private String classMetric() {
        return switch (task) {
            case SEGMENTATION -> "IoU";
            case DETECTION -> "average precision";
            case CLASSIFICATION, REGRESSION -> "recall";
        };
    }

    private void checkAgreement(double limit, boolean byDefault) {
        var agreement = fidelity.agreement();
        var condition =
                new Condition(
                        "minAgreement",
                        byDefault,
                        limit,
                        agreement,
                        intervals.agreement(),
                        agreement != null && agreement >= limit - ROUNDING);
        if (agreement == null) {
            verdict.add(condition, "minAgreement cannot be judged: the models choose no class.");
        } else {
            verdict.add(
                    condition,
                    "Agreement with the original is %.2f %%, but must be %.2f %% at least.%s",
                    100 * agreement,
                    100 * limit,
                    condition.met() ? "" : ChanceStatement.of(condition, "agreement", "%"));
        }
    }

    private void checkDifference(double limit, boolean byDefault) {
        var difference = fidelity.relativeL2();
        var condition =
                new Condition(
                        "maxRelativeL2",
                        byDefault,
                        limit,
                        difference,
                        difference != null && difference <= limit + ROUNDING);
        if (difference == null) {
            verdict.add(
                    condition, "maxRelativeL2 cannot be judged: no output of the model is float.");
        } else {
            verdict.add(
                    condition,
                    "The outputs differ from the original's by %.4f of their norm, but may differ"
                            + " by %.4f at most.",
                    difference,
                    limit);
        }
    }
}
