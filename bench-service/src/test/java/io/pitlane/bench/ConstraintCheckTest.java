package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.MaxLatency;
import io.pitlane.contract.plan.MinSpeedup;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.scoring.ClassifiedImages;
import io.pitlane.evaluation.significance.Agreement;
import io.pitlane.evaluation.significance.PairedDifference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConstraintCheckTest {
    private static final Constraints ONE_POINT =
            Constraints.builder().maxAccuracyDrop(0.01).build();

    private static final Report.Fidelity FIDELITY = new Report.Fidelity(0.9, 0.1);

    private static final String TOO_FEW =
            " The test images are too few to tell whether this is chance.";

    @Test
    void withoutConstraintsAnAccuracyMayFallByAPoint() {
        assertThat(verdict(Constraints.NONE, accuracy(0.9), accuracy(0.89)).passed()).isTrue();
        assertThat(verdict(Constraints.NONE, accuracy(0.9), accuracy(0.5)).violations())
                .containsExactly(
                        "Top-1 accuracy fell by 40.00 points, from 90.00 % to 50.00 %, but may fall"
                                + " by 1.00 at most."
                                + TOO_FEW);
        assertThat(verdict(Constraints.NONE, accuracy(0.9), accuracy(0.5)).conditions())
                .containsExactly(new Condition("maxAccuracyDrop", true, 0.01, 0.9 - 0.5, false));
    }

    @Test
    void withoutConstraintsAnErrorMayRiseByFivePercent() {
        assertThat(regression(Constraints.NONE, 2, 2.1).passed()).isTrue();
        assertThat(regression(Constraints.NONE, 2, 2.2).conditions())
                .singleElement()
                .satisfies(
                        condition -> {
                            assertThat(condition.constraint()).isEqualTo("maxErrorIncrease");
                            assertThat(condition.byDefault()).isTrue();
                            assertThat(condition.limit()).isEqualTo(0.05);
                            assertThat(condition.measured()).isCloseTo(0.1, within(1e-12));
                            assertThat(condition.met()).isFalse();
                        });
    }

    @Test
    void withoutConstraintsAndLabelsTheOriginalsClassesMustBeKept() {
        var verdict = verdict(Constraints.NONE, null, null);

        assertThat(verdict.conditions())
                .containsExactly(new Condition("minAgreement", true, 0.99, 0.9, false));
        assertThat(verdict.violations())
                .containsExactly(
                        "Agreement with the original is 90.00 %, but must be 99.00 % at least."
                                + TOO_FEW);
    }

    @Test
    void withoutConstraintsLabelsAndClassesTheOutputsMustBeClose() {
        assertThat(unscored(Task.DETECTION, 0.1).conditions())
                .containsExactly(new Condition("maxRelativeL2", true, 0.1, 0.1, true));
        assertThat(unscored(Task.REGRESSION, 0.11).passed()).isFalse();
    }

    @Test
    void aLimitOnCostOrOnOneClassLeavesTheDefaultLimitInForce() {
        // Given
        var size = Constraints.builder().maxSizeBytes(1000).build();
        var oneClass =
                Constraints.builder()
                        .classes(Map.of(3, Constraints.ClassConstraint.recall(0.5)))
                        .build();

        // When
        var small = verdict(size, accuracy(0.9), accuracy(0.8));
        var recalled =
                verdict(oneClass, accuracy(0.9, Map.of(3, 0.5)), accuracy(0.8, Map.of(3, 0.5)));

        // Then
        assertThat(small.conditions())
                .extracting(Condition::constraint, Condition::byDefault, Condition::met)
                .containsExactly(
                        tuple("maxAccuracyDrop", true, false), tuple("maxSizeBytes", false, true));
        assertThat(recalled.conditions())
                .extracting(Condition::constraint, Condition::byDefault, Condition::met)
                .containsExactly(
                        tuple("maxAccuracyDrop", true, false),
                        tuple("classes.3.maxRecallDrop", false, true));
    }

    @Test
    void aLimitOnAccuracyOrFidelityReplacesTheDefault() {
        // Given: the widest limit there is
        var anyDrop = Constraints.builder().maxAccuracyDrop(1).build();
        var agreement = Constraints.builder().minAgreement(0.5).build();

        assertThat(verdict(anyDrop, accuracy(1), accuracy(0)).conditions())
                .containsExactly(new Condition("maxAccuracyDrop", false, 1, 1.0, true));
        assertThat(verdict(agreement, accuracy(1), accuracy(0)).conditions())
                .containsExactly(new Condition("minAgreement", false, 0.5, 0.9, true));
    }

    @Test
    void aCandidateThatIsTooLargeIsRefused() {
        // Given: 980 bytes, from 2000
        var met = cost().maxSizeBytes(980).minSizeRatio(2).build();
        var missed = cost().maxSizeBytes(979).minSizeRatio(2.1).build();

        assertThat(verdict(met).passed()).isTrue();
        assertThat(verdict(missed).violations())
                .containsExactly(
                        "The candidate has 980 bytes, but may have 979 at most.",
                        "The original is 2.04 times as large as the candidate, but must be 2.10"
                                + " times at least.");
    }

    @Test
    void aCandidateThatIsTooSlowIsRefused() {
        // Given: 2 ms, p99 3 ms, a speed-up of 1.5
        var met =
                cost().minSpeedup(List.of(new MinSpeedup(1, 1.5)))
                        .maxLatencyMillis(List.of(new MaxLatency(1, 2.0, 3.0)))
                        .build();
        var missed =
                cost().minSpeedup(List.of(new MinSpeedup(1, 1.51)))
                        .maxLatencyMillis(List.of(new MaxLatency(1, 1.9, 2.9)))
                        .build();

        assertThat(verdict(met).passed()).isTrue();
        assertThat(verdict(missed).violations())
                .containsExactly(
                        "At batch size 1 the speed-up is 1.50, but must be 1.51 at least.",
                        "At batch size 1 the latency p50 is 2.000 ms, but may be 1.900 ms at most.",
                        "At batch size 1 the latency p99 is 3.000 ms, but may be 2.900 ms at most.");
        assertThat(verdict(missed).conditions())
                .extracting(Condition::constraint)
                .containsExactly(
                        "maxAccuracyDrop",
                        "minSpeedup[batch 1]",
                        "maxLatencyMillis[batch 1].p50",
                        "maxLatencyMillis[batch 1].p99");
    }

    @Test
    void aLimitOnSpeedAppliesToTheFastestDeliveredEngineOrTheOneItNames() {
        // Given: TFLite is faster still, but not delivered
        var constraints =
                cost().minSpeedup(
                                List.of(
                                        new MinSpeedup(1, 4.1),
                                        new MinSpeedup(1, 1.6, Engine.TENSORFLOW),
                                        new MinSpeedup(1, 9.0, Engine.TFLITE)))
                        .maxLatencyMillis(
                                List.of(
                                        new MaxLatency(1, 0.4, null),
                                        new MaxLatency(1, 1.0, null, Engine.TENSORFLOW)))
                        .build();

        // When
        var verdict = onEngines(constraints, 0.9);

        // Then
        assertThat(verdict.violations())
                .containsExactly(
                        "At batch size 1 the speed-up on ONNX Runtime is 4.00, but must be 4.10 at"
                                + " least.",
                        "At batch size 1 the speed-up is 1.50, but must be 1.60 at least.",
                        "At batch size 1 the latency p50 on ONNX Runtime is 0.500 ms, but may be"
                                + " 0.400 ms at most.",
                        "At batch size 1 the latency p50 is 2.000 ms, but may be 1.000 ms at most.");
        assertThat(verdict.conditions())
                .extracting(Condition::constraint)
                .contains("minSpeedup[batch 1]", "minSpeedup[batch 1, tflite]");
    }

    @Test
    void theAccuracyOfEveryDeliveredFormatIsJudged() {
        var verdict = onEngines(Constraints.builder().maxAccuracyDrop(0.02).build(), 0.87);

        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.violations())
                .containsExactly(
                        "As onnx: Top-1 accuracy fell by 3.00 points, from 90.00 % to 87.00 %, but"
                                + " may fall by 2.00 at most."
                                + TOO_FEW);
        assertThat(verdict.conditions())
                .extracting(Condition::constraint, Condition::met)
                .containsExactly(
                        tuple("maxAccuracyDrop", true), tuple("maxAccuracyDrop[onnx]", false));
    }

    /**
     * Delivered for TensorFlow, at 2 ms, and ONNX Runtime, at 0.5 ms; TFLite took 0.1 ms.
     *
     * @param onnx accuracy on ONNX Runtime; the others have 0.9
     */
    private static Report.Verdict onEngines(Constraints constraints, double onnx) {
        return onEngines(
                constraints,
                List.of(
                        delivered(DeliveryFormat.TENSORFLOW, 0.9),
                        delivered(DeliveryFormat.ONNX, onnx)));
    }

    private static Report.Verdict onEngines(
            Constraints constraints, List<DeliveredFigures> delivered) {
        var candidate =
                figures(accuracy(0.9), FIDELITY).toBuilder()
                        .latency(
                                List.of(
                                        latency(Engine.TENSORFLOW, 2),
                                        latency(Engine.ONNXRUNTIME, 0.5),
                                        latency(Engine.TFLITE, 0.1)))
                        .delivered(delivered)
                        .build();
        var comparison =
                Comparison.builder()
                        .speedup(
                                List.of(
                                        speedup(Engine.TENSORFLOW, 1.5),
                                        speedup(Engine.ONNXRUNTIME, 4),
                                        speedup(Engine.TFLITE, 9)))
                        .build();
        var intervals = new AccuracyIntervals(comparison, Optional.empty(), Optional.empty());
        return new ConstraintCheck(Task.CLASSIFICATION, constraints)
                .verdict(
                        figures(accuracy(0.9), FIDELITY),
                        candidate,
                        intervals,
                        delivered.stream()
                                .filter(figures -> figures.format() == DeliveryFormat.ONNX)
                                .map(onnx -> new ConstraintCheck.Delivered(onnx, intervals))
                                .toList());
    }

    private static DeliveredFigures delivered(DeliveryFormat format, double top1) {
        return new DeliveredFigures(format, 100, accuracy(top1), FIDELITY, null, null, null, null);
    }

    @Test
    void aCandidateThatIsDeliveredOnlyPackedIsJudgedOnEveryEngine() {
        // Given
        var packed =
                new DeliveredFigures(
                        DeliveryFormat.PACKED, 50, null, null, null, null, null, "not runnable");
        var constraints = cost().minSpeedup(List.of(new MinSpeedup(1, 9.1))).build();

        // When
        var verdict = onEngines(constraints, List.of(packed));

        // Then
        assertThat(verdict.violations())
                .containsExactly(
                        "At batch size 1 the speed-up on TFLite is 9.00, but must be 9.10 at"
                                + " least.");
    }

    @Test
    void aBatchSizeThatWasNotMeasuredIsAViolation() {
        var constraints =
                cost().minSpeedup(List.of(new MinSpeedup(32, 1.0)))
                        .maxLatencyMillis(List.of(new MaxLatency(32, 9.0, null)))
                        .build();

        assertThat(verdict(constraints).violations())
                .containsExactly(
                        "minSpeedup[batch 32] cannot be judged: nothing was measured at batch size"
                                + " 32.",
                        "maxLatencyMillis[batch 32].p50 cannot be judged: nothing was measured at"
                                + " batch size 32.");
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
                                + " by 1.00 at most."
                                + TOO_FEW);
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
                                + " fall by 5.00 at most."
                                + TOO_FEW,
                        "The recall of class 14 fell by 1.00 points, from 100.00 % to 99.00 %, but may"
                                + " fall by 0.00 at most."
                                + TOO_FEW);
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
                                + " 10.00 % at most."
                                + TOO_FEW);
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
                        "Agreement with the original is 90.00 %, but must be 95.00 % at least."
                                + TOO_FEW,
                        "The outputs differ from the original's by 0.1000 of their norm, but may"
                                + " differ by 0.0500 at most.");
    }

    @Test
    void aMissedAgreementThatMayBeChanceSaysHowManyImagesWouldSettleIt() {
        // Given: Wilson's interval of 90 in 100 is 0.8256 to 0.9448, and
        // 100 x (2.8016 / 1.96 x (0.9448 - 0.90) / (0.92 - 0.90))^2 is 1024
        var verdict = agreed(Constraints.builder().minAgreement(0.92).build());

        assertThat(verdict.violations())
                .containsExactly(
                        "Agreement with the original is 90.00 %, but must be 92.00 % at least."
                                + " This may be chance: on 100 test images the 95 % interval of the"
                                + " agreement is 82.56 to 94.48 %. About 1000 test images would"
                                + " settle it.");
        assertThat(verdict.conditions().get(0).mayBeChance()).isTrue();
    }

    @Test
    void aMissedAgreementThatIsNoChanceIsCalledThat() {
        assertThat(agreed(Constraints.NONE).violations())
                .containsExactly(
                        "Agreement with the original is 90.00 %, but must be 99.00 % at least."
                                + " This is not chance: on 100 test images the 95 % interval of the"
                                + " agreement is 82.56 to 94.48 %.");
    }

    @Test
    void anAgreementThatIsKeptByChanceIsNoViolation() {
        var verdict = agreed(Constraints.builder().minAgreement(0.9).build());

        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.conditions().get(0).mayBeChance()).isTrue();
    }

    /** Without labels; of 100 images 90 have the original's class. */
    private static Report.Verdict agreed(Constraints constraints) {
        var agreed = new int[100];
        Arrays.fill(agreed, 0, 90, 1);
        var choices = new int[100];
        Arrays.fill(choices, 1);
        var agreement = new Agreement(agreed, choices);
        var figures = figures(null, new Report.Fidelity(0.9, 0.1));
        return new ConstraintCheck(Task.CLASSIFICATION, constraints)
                .verdict(
                        figures,
                        figures,
                        new AccuracyIntervals(
                                Comparison.builder().build(),
                                Optional.empty(),
                                agreement.interval(1)),
                        List.of());
    }

    @Test
    void aViolationThatMayBeChanceSaysHowManyImagesWouldSettleIt() {
        // Given: of 300 images 12 are lost and 4 gained, a drop of 2.67 points; the interval is
        // that
        // of ScoreIntervalTest, 300 x (2.8016 / 1.96 x (2.667 - 0.060) / (2.667 - 1))^2 is 1499
        var verdict = classified(ONE_POINT, 300, 12, 4);

        assertThat(verdict.violations())
                .containsExactly(
                        "Top-1 accuracy fell by 2.67 points, from 98.67 % to 96.00 %, but may fall"
                                + " by 1.00 at most. This may be chance: on 300 test images the"
                                + " 95 % interval of the drop is 0.06 to 5.71 points (12 lost, 4"
                                + " gained, McNemar's exact test p = 0.077). About 1500 test images"
                                + " would settle it.");
        assertThat(verdict.conditions())
                .singleElement()
                .satisfies(condition -> assertThat(condition.mayBeChance()).isTrue());
    }

    @Test
    void aViolationThatIsNotChanceSaysSo() {
        var verdict = classified(ONE_POINT, 300, 40, 4);

        assertThat(verdict.violations())
                .containsExactly(
                        "Top-1 accuracy fell by 12.00 points, from 98.67 % to 86.67 %, but may fall"
                                + " by 1.00 at most. This is not chance: on 300 test images the"
                                + " 95 % interval of the drop is 8.14 to 16.49 points (40 lost, 4"
                                + " gained, McNemar's exact test p = 1.7e-08).");
    }

    @Test
    void aConditionThatIsMetMayBeChanceToo() {
        var fewImages = classified(ONE_POINT, 300, 5, 4).conditions().get(0);
        var manyImages = classified(ONE_POINT, 30_000, 50, 40).conditions().get(0);

        assertThat(fewImages.met()).isTrue();
        assertThat(fewImages.mayBeChance()).isTrue();
        assertThat(manyImages.met()).isTrue();
        assertThat(manyImages.mayBeChance()).isFalse();
    }

    @Test
    void theRecallOfAClassIsJudgedByTheImagesOfThatClass() {
        // Given: all 300 images are of class 7
        var noDrop =
                Constraints.builder()
                        .maxAccuracyDrop(1)
                        .classes(Map.of(7, Constraints.ClassConstraint.recall(0.0)))
                        .build();

        var violations = classified(noDrop, 300, 3, 1).violations();

        assertThat(violations)
                .singleElement()
                .asString()
                .startsWith("The recall of class 7 fell by 0.67 points")
                .contains("This may be chance: on 300 test images", "3 lost, 1 gained");
    }

    /** A verdict on images of class 7, of which the first are lost and the next gained. */
    private static Report.Verdict classified(
            Constraints constraints, int images, int lost, int gained) {
        var before = new boolean[images];
        var after = new boolean[images];
        Arrays.fill(before, true);
        Arrays.fill(after, true);
        Arrays.fill(after, 0, lost, false);
        Arrays.fill(before, lost, lost + gained, false);
        var labels = new int[images];
        Arrays.fill(labels, 7);
        var difference =
                new PairedDifference(
                        new ClassifiedImages(labels, before),
                        new ClassifiedImages(labels, after),
                        1);
        double top1 = 1 - (double) gained / images;
        double candidateTop1 = 1 - (double) lost / images;
        var fidelity = new Report.Fidelity(0.9, 0.1);
        return new ConstraintCheck(Task.CLASSIFICATION, constraints)
                .verdict(
                        figures(accuracy(top1, Map.of(7, top1)), fidelity),
                        figures(accuracy(candidateTop1, Map.of(7, candidateTop1)), fidelity),
                        new AccuracyIntervals(
                                Comparison.builder()
                                        .interval(difference.headline().orElseThrow())
                                        .build(),
                                Optional.of(difference),
                                Optional.empty()),
                        List.of());
    }

    private static Constraints.Builder cost() {
        return Constraints.builder().maxAccuracyDrop(1);
    }

    private static Report.Verdict verdict(Constraints constraints) {
        return verdict(constraints, accuracy(0.9), accuracy(0.9));
    }

    private static Report.Verdict regression(Constraints constraints, double from, double to) {
        var fidelity = new Report.Fidelity(null, 0.0);
        return verdict(
                Task.REGRESSION,
                constraints,
                figures(new Accuracy.Regression(from, from), fidelity),
                figures(new Accuracy.Regression(to, to), fidelity));
    }

    private static Report.Verdict unscored(Task task, double difference) {
        var figures = figures(null, new Report.Fidelity(null, difference));
        return verdict(task, Constraints.NONE, figures, figures);
    }

    private static Report.Verdict verdict(
            Constraints constraints, Accuracy original, Accuracy candidate) {
        var fidelity = new Report.Fidelity(0.9, 0.1);
        return verdict(
                Task.CLASSIFICATION,
                constraints,
                figures(original, fidelity),
                figures(candidate, fidelity));
    }

    private static Report.Verdict verdict(
            Task task, Constraints constraints, ModelFigures original, ModelFigures candidate) {
        var comparison =
                Comparison.builder()
                        .sizeRatio(2000 / 980.0)
                        .speedup(List.of(speedup(Engine.TENSORFLOW, 1.5)))
                        .build();
        return new ConstraintCheck(task, constraints)
                .verdict(
                        original,
                        candidate,
                        new AccuracyIntervals(comparison, Optional.empty(), Optional.empty()),
                        List.of());
    }

    private static ModelFigures figures(Accuracy accuracy, Report.Fidelity fidelity) {
        return ModelFigures.builder()
                .accuracy(accuracy)
                .fidelity(fidelity)
                .sizeBytes(980)
                .latency(List.of(latency(Engine.TENSORFLOW, 2)))
                .build();
    }

    private static Report.Latency latency(Engine engine, double p50) {
        return new Report.Latency(
                engine, null, 1, 1, 1000, p50, p50 + 0.5, p50 + 0.8, p50 + 1, null, 1000 / p50);
    }

    private static Report.Speedup speedup(Engine engine, double paired) {
        return new Report.Speedup(
                engine, null, null, 1, 1, paired - 0.1, paired, paired - 0.05, paired + 0.05);
    }

    private static Accuracy accuracy(double top1) {
        return accuracy(top1, Map.of());
    }

    private static Accuracy accuracy(double top1, Map<Integer, Double> recall) {
        return new Accuracy.Classification(top1, 1.0, recall);
    }
}
