package io.pitlane.bench;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Checks a candidate against the constraints. A constraint that cannot be judged is violated: one
 * on accuracy without labels, or on a class without test images.
 */
final class ConstraintCheck {
    /** Rounding error of an accuracy; a drop of exactly the limit passes. */
    private static final double ROUNDING = 1e-9;

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
     * @param original accuracy of the original; null without labels
     * @param candidate accuracy of the candidate on the same images; null without labels
     * @param fidelity closeness of the candidate's outputs to the original's
     */
    Report.Verdict verdict(Accuracy original, Accuracy candidate, Report.Fidelity fidelity) {
        boolean hasLabels = original != null && candidate != null;
        var violations = new ArrayList<String>();
        if (hasLabels) {
            checkHeadline(original.headline(), candidate.headline(), violations);
            checkClasses(original, candidate, violations);
        } else {
            addMissingLabels(violations);
        }
        checkFidelity(fidelity, violations);
        return new Report.Verdict(violations.isEmpty(), List.copyOf(violations));
    }

    private void addMissingLabels(List<String> violations) {
        if (constraints.maxAccuracyDrop() != null) {
            violations.add("maxAccuracyDrop cannot be judged: the test images have no labels.");
        }
        if (constraints.maxErrorIncrease() != null) {
            violations.add("maxErrorIncrease cannot be judged: the test images have no targets.");
        }
        classes()
                .keySet()
                .forEach(
                        index ->
                                violations.add(
                                        "The %s of class %d cannot be judged: the test images have no labels."
                                                .formatted(classMetric(), index)));
    }

    private void checkHeadline(
            Accuracy.Headline before, Accuracy.Headline after, List<String> violations) {
        if (constraints.maxAccuracyDrop() != null) {
            checkDrop(
                    task == Task.CLASSIFICATION ? "Top-1 accuracy" : "The " + before.name(),
                    before.value(),
                    after.value(),
                    constraints.maxAccuracyDrop(),
                    violations);
        }
        if (constraints.maxErrorIncrease() != null) {
            checkIncrease(
                    before.value(), after.value(), constraints.maxErrorIncrease(), violations);
        }
    }

    private void checkClasses(Accuracy original, Accuracy candidate, List<String> violations) {
        classes()
                .forEach(
                        (index, constraint) ->
                                checkClass(
                                        index,
                                        original.perClass().get(index),
                                        candidate.perClass().get(index),
                                        constraint.maxDrop(),
                                        violations));
    }

    private TreeMap<Integer, Constraints.ClassConstraint> classes() {
        return new TreeMap<>(constraints.classes());
    }

    private void checkClass(
            int index, Double before, Double after, double allowed, List<String> violations) {
        if (before == null || after == null) {
            violations.add(
                    "The %s of class %d cannot be judged: no test image is of that class."
                            .formatted(classMetric(), index));
        } else {
            checkDrop(
                    "The " + classMetric() + " of class " + index,
                    before,
                    after,
                    allowed,
                    violations);
        }
    }

    private String classMetric() {
        return switch (task) {
            case SEGMENTATION -> "IoU";
            case DETECTION -> "average precision";
            case CLASSIFICATION, REGRESSION -> "recall";
        };
    }

    private void checkFidelity(Report.Fidelity fidelity, List<String> violations) {
        var agreement = constraints.minAgreement();
        if (agreement != null) {
            if (fidelity.agreement() == null) {
                violations.add("minAgreement cannot be judged: the models choose no class.");
            } else if (fidelity.agreement() < agreement - ROUNDING) {
                violations.add(
                        format(
                                "Agreement with the original is %.2f %%, but must be %.2f %% at"
                                        + " least.",
                                100 * fidelity.agreement(), 100 * agreement));
            }
        }
        var difference = constraints.maxRelativeL2();
        if (difference != null) {
            if (fidelity.relativeL2() == null) {
                violations.add("maxRelativeL2 cannot be judged: no output of the model is float.");
            } else if (fidelity.relativeL2() > difference + ROUNDING) {
                violations.add(
                        format(
                                "The outputs differ from the original's by %.4f of their norm, but"
                                        + " may differ by %.4f at most.",
                                fidelity.relativeL2(), difference));
            }
        }
    }

    private static void checkDrop(
            String what, double before, double after, double allowed, List<String> violations) {
        double drop = before - after;
        if (drop > allowed + ROUNDING) {
            violations.add(
                    format(
                            "%s fell by %.2f points, from %.2f %% to %.2f %%, but may fall by %.2f at"
                                    + " most.",
                            what, 100 * drop, 100 * before, 100 * after, 100 * allowed));
        }
    }

    private static void checkIncrease(
            double before, double after, double allowed, List<String> violations) {
        if (after > before * (1 + allowed) + ROUNDING * before) {
            violations.add(
                    format(
                            "The mean absolute error rose from %.6g to %.6g, but may rise by %.2f %%"
                                    + " at most.",
                            before, after, 100 * allowed));
        }
    }

    private static String format(String sentence, Object... values) {
        return String.format(Locale.ROOT, sentence, values);
    }
}
