package io.pitlane.bench.verdict;

import io.pitlane.contract.Constraints;
import io.pitlane.contract.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Holds a candidate against the constraints. What cannot be judged has not passed: a constraint on
 * accuracy without labels, or on a class without a test image, is a violation that says so.
 */
public final class Judge {
    /**
     * Shares of whole images are exact to far more than this; a drop of exactly the limit passes.
     */
    private static final double ROUNDING = 1e-9;

    private final Constraints constraints;

    public Judge(Constraints constraints) {
        this.constraints = constraints;
    }

    /**
     * The verdict.
     *
     * @param original accuracy of the original; null without labels
     * @param candidate accuracy of the candidate on the same images; null without labels
     */
    public Report.Verdict judge(Report.Accuracy original, Report.Accuracy candidate) {
        boolean labelled = original != null && candidate != null;
        var violations = labelled ? measured(original, candidate) : unlabelled();
        return new Report.Verdict(violations.isEmpty(), violations);
    }

    private List<String> unlabelled() {
        var violations = new ArrayList<String>();
        if (constraints.maxAccuracyDrop() != null) {
            violations.add("maxAccuracyDrop cannot be judged: the test images have no labels.");
        }
        classes()
                .keySet()
                .forEach(
                        index ->
                                violations.add(
                                        ("The recall of class %d cannot be judged: the test images"
                                                        + " have no labels.")
                                                .formatted(index)));
        return List.copyOf(violations);
    }

    private List<String> measured(Report.Accuracy original, Report.Accuracy candidate) {
        var violations = new ArrayList<String>();
        if (constraints.maxAccuracyDrop() != null) {
            checkDrop(
                    "Top-1 accuracy",
                    original.top1(),
                    candidate.top1(),
                    constraints.maxAccuracyDrop(),
                    violations);
        }
        classes()
                .forEach(
                        (index, constraint) ->
                                checkRecall(
                                        index,
                                        original.perClassRecall().get(index),
                                        candidate.perClassRecall().get(index),
                                        constraint.maxRecallDrop(),
                                        violations));
        return List.copyOf(violations);
    }

    private TreeMap<Integer, Constraints.ClassConstraint> classes() {
        return new TreeMap<>(constraints.classes());
    }

    private static void checkRecall(
            int index, Double before, Double after, double allowed, List<String> violations) {
        if (before == null || after == null) {
            violations.add(
                    "The recall of class %d cannot be judged: no test image is of that class."
                            .formatted(index));
        } else {
            checkDrop("Recall of class " + index, before, after, allowed, violations);
        }
    }

    private static void checkDrop(
            String what, double before, double after, double allowed, List<String> violations) {
        double drop = before - after;
        if (drop > allowed + ROUNDING) {
            violations.add(
                    String.format(
                            Locale.ROOT,
                            "%s fell by %.2f points, from %.2f %% to %.2f %%, but may fall by %.2f at"
                                    + " most.",
                            what,
                            100 * drop,
                            100 * before,
                            100 * after,
                            100 * allowed));
        }
    }
}
