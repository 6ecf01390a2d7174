package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConstraintCheckTest {
    private static final Constraints ONE_POINT =
            Constraints.builder().maxAccuracyDrop(0.01).build();

    @Test
    void noConstraintsAreAlwaysMet() {
        assertThat(verdict(Constraints.NONE, accuracy(0.9), accuracy(0.1)).passed()).isTrue();
        assertThat(verdict(Constraints.NONE, null, null).passed()).isTrue();
    }

    @Test
    void aDropOfExactlyTheLimitPasses() {
        // Given: 0.93 - 0.92 is a little more than 0.01 in binary
        assertThat(0.93 - 0.92).isGreaterThan(0.01);

        assertThat(verdict(ONE_POINT, accuracy(0.93), accuracy(0.92)).passed()).isTrue();
    }

    @Test
    void aDropAboveTheLimitFails() {
        var verdict = verdict(ONE_POINT, accuracy(0.93), accuracy(0.92 - 1e-6));

        assertThat(verdict.passed()).isFalse();
    }

    @Test
    void aViolationNamesTheFigures() {
        var verdict = verdict(ONE_POINT, accuracy(0.947), accuracy(0.921));

        assertThat(verdict.violations())
                .containsExactly(
                        "Top-1 accuracy fell by 2.60 points, from 94.70 % to 92.10 %, but may fall"
                                + " by 1.00 at most.");
    }

    @Test
    void aBetterCandidatePassesANoDropConstraint() {
        var none =
                Constraints.builder()
                        .maxAccuracyDrop(0.0)
                        .classes(Map.of(3, Constraints.ClassConstraint.recall(0.0)))
                        .build();

        var verdict = verdict(none, accuracy(0.9, Map.of(3, 0.5)), accuracy(0.91, Map.of(3, 0.5)));

        assertThat(verdict.passed()).isTrue();
    }

    @Test
    void eachClassAboveItsLimitIsASeparateViolation() {
        // Given
        var classes =
                Map.of(
                        14, Constraints.ClassConstraint.recall(0.0),
                        2, Constraints.ClassConstraint.recall(0.05),
                        7, Constraints.ClassConstraint.recall(0.1));

        // When
        var verdict =
                verdict(
                        Constraints.builder().classes(classes).build(),
                        accuracy(0.9, Map.of(2, 1.0, 7, 1.0, 14, 1.0)),
                        accuracy(0.9, Map.of(2, 0.9, 7, 0.95, 14, 0.99)));

        // Then
        assertThat(verdict.violations())
                .containsExactly(
                        "The recall of class 2 fell by 10.00 points, from 100.00 % to 90.00 %, but may"
                                + " fall by 5.00 at most.",
                        "The recall of class 14 fell by 1.00 points, from 100.00 % to 99.00 %, but may"
                                + " fall by 0.00 at most.");
    }

    @Test
    void aClassWithoutTestImagesIsAViolation() {
        var stopSign =
                Constraints.builder()
                        .classes(Map.of(14, Constraints.ClassConstraint.recall(0.5)))
                        .build();

        var verdict = verdict(stopSign, accuracy(0.9), accuracy(0.9));

        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.violations())
                .containsExactly(
                        "The recall of class 14 cannot be judged: no test image is of that class.");
    }

    @Test
    void withoutLabelsNoConstraintPasses() {
        var both =
                Constraints.builder()
                        .maxAccuracyDrop(0.5)
                        .classes(Map.of(14, Constraints.ClassConstraint.recall(0.5)))
                        .build();

        assertThat(verdict(both, null, null).violations())
                .containsExactly(
                        "maxAccuracyDrop cannot be judged: the test images have no labels.",
                        "The recall of class 14 cannot be judged: the test images have no labels.");
    }

    @Test
    void anErrorIncreaseOfExactlyTheLimitPasses() {
        var tenPercent = Constraints.builder().maxErrorIncrease(0.1).build();

        assertThat(regression(tenPercent, 2, 2.2).passed()).isTrue();
        assertThat(regression(tenPercent, 2, 2.21).violations())
                .containsExactly(
                        "The mean absolute error rose from 2.00000 to 2.21000, but may rise by"
                                + " 10.00 % at most.");
        assertThat(regression(tenPercent, 0, 0).passed()).isTrue();
        assertThat(regression(tenPercent, 0, 0.001).passed()).isFalse();
    }

    @Test
    void fidelityConstraintsNeedNoLabels() {
        var met = Constraints.builder().minAgreement(0.9).maxRelativeL2(0.1).build();
        var missed = Constraints.builder().minAgreement(0.95).maxRelativeL2(0.05).build();

        assertThat(verdict(met, null, null).passed()).isTrue();
        assertThat(verdict(missed, null, null).violations())
                .containsExactly(
                        "Agreement with the original is 90.00 %, but must be 95.00 % at least.",
                        "The outputs differ from the original's by 0.1000 of their norm, but may"
                                + " differ by 0.0500 at most.");
    }

    private static Report.Verdict regression(Constraints constraints, double from, double to) {
        return new ConstraintCheck(Task.REGRESSION, constraints)
                .verdict(
                        new Accuracy.Regression(from, from),
                        new Accuracy.Regression(to, to),
                        new Report.Fidelity(null, 0.0));
    }

    private static Report.Verdict verdict(
            Constraints constraints, Accuracy original, Accuracy candidate) {
        return new ConstraintCheck(Task.CLASSIFICATION, constraints)
                .verdict(original, candidate, new Report.Fidelity(0.9, 0.1));
    }

    private static Accuracy accuracy(double top1) {
        return accuracy(top1, Map.of());
    }

    private static Accuracy accuracy(double top1, Map<Integer, Double> recall) {
        return new Accuracy.Classification(top1, 1.0, recall);
    }
}
