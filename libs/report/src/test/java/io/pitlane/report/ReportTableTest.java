package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.ConfidenceInterval;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Fidelity;
import io.pitlane.contract.report.Report.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTableTest {

    @Test
    void everyModelHasItsFiguresAndItsRatios() {
        var lines = new ReportTable(SampleReport.passed()).render().lines().toList();

        assertThat(lines.get(0))
                .containsSubsequence("accuracy", "size", "MACs", "batch 1", "batch 32");
        assertThat(lines.get(2))
                .matches(
                        "original +95\\.00 % +980 kB +240 k +12\\.3 M +2\\.00 ms +500 +32\\.0 ms +1000");
        assertThat(lines.get(4)).startsWith("quantize").contains("94.75 %", "98.0 kB", "4000");
        assertThat(lines.get(9))
                .matches("quantize +-0\\.25 +10\\.00x +10\\.00x +3\\.50x +2\\.50x +4\\.00x");
        assertThat(lines).last().isEqualTo("Verdict: passed");
    }

    @Test
    void originalAndCandidateAreShownOnEveryEngine() {
        var lines = new ReportTable(SampleReport.onEngines()).render().lines().toList();

        assertThat(lines.get(2)).startsWith("original").contains("2.00 ms").doesNotContain("0.8");
        assertThat(lines.get(11))
                .matches(
                        "model +engine +accuracy +size +p50, batch 1 +faster +same engine"
                                + " +p50, batch 32 +faster +same engine");
        assertThat(lines.get(13)).matches("original +TensorFlow +95\\.00 % +980 kB +2\\.00 ms .*");
        assertThat(lines.get(14))
                .matches("original +ONNX Runtime +- +- +0\\.800 ms +2\\.50x +- +- +- +-");
        assertThat(lines.get(15)).matches("quantize +TensorFlow +94\\.75 % +98\\.0 kB .*");
        assertThat(lines.get(16))
                .matches(
                        "quantize +ONNX Runtime +94\\.50 % +70\\.0 kB +0\\.160 ms +12\\.50x"
                                + " +5\\.00x +- +- +-");
        assertThat(lines.get(17))
                .isEqualTo(
                        "TensorFlow and ONNX Runtime give 99.75 % of the test images the same class.");
        assertThat(lines.get(18)).isEqualTo("TFLite is missing: no natives");
        assertThat(lines).noneMatch(line -> line.startsWith("Not measured as packed"));
    }

    @Test
    void aSpeedupWhoseIntervalHoldsOneIsNoDifference() {
        var lines = new ReportTable(withSpeedups(1.015, 0.97)).render().lines().toList();

        assertThat(lines.get(9)).matches("quantize .* +no difference +0\\.97x");
    }

    private static Report withSpeedups(double one, double many) {
        var report = SampleReport.passed();
        var speedups = List.of(SampleReport.speedup(1, one), SampleReport.speedup(32, many));
        return report.toBuilder()
                .comparison(
                        report.comparison().stream()
                                .map(each -> each.toBuilder().speedup(speedups).build())
                                .toList())
                .build();
    }

    @Test
    void everyConditionIsShownWithItsLimitAndTheMeasuredFigure() {
        var lines = new ReportTable(SampleReport.passed()).render().lines().toList();

        assertThat(lines.get(11)).matches("condition +limit +measured +margin +result");
        assertThat(lines.get(13)).matches("maxAccuracyDrop +0\\.01 +0\\.0025 +0\\.0075 +met");
        assertThat(lines.get(14)).matches("maxSizeBytes +100000 +98000 +2000 +met");
        assertThat(lines).noneMatch(line -> line.contains("efault"));
    }

    @Test
    void aLimitThatThePlanDoesNotHaveIsMarkedAsTheDefault() {
        var standard =
                new Verdict(
                        false,
                        List.of(
                                new Condition("minAgreement", true, 0.99, 0.5, false),
                                new Condition("minSpeedup[batch 32]", false, 2, null, false)),
                        List.of("too different", "not measured"));

        var text = new ReportTable(SampleReport.with(standard, List.of())).render();

        assertThat(text)
                .containsPattern("minAgreement \\(default\\) +0\\.99 +0\\.5 +-0\\.49 +violated")
                .containsPattern("minSpeedup\\[batch 32\\] +2 +- +- +violated")
                .contains(
                        "\nDefault: the plan limits neither accuracy nor fidelity. Set constraints.minAgreement to change the limit.");
    }

    @Test
    void aDropIsShownWithItsIntervalAndWhetherItMayBeChance() {
        // Given
        var interval = new ConfidenceInterval(-0.001, 0.0112, 3000, null);
        var report = SampleReport.passed();
        var candidate = report.comparison().get(1).toBuilder().interval(interval).build();
        var sure = new ConfidenceInterval(0.02, 0.04, 3000, null);
        var conditions =
                List.of(
                        new Condition("maxAccuracyDrop", false, 0.01, 0.0025, interval, true),
                        new Condition("classes.3.maxRecallDrop", false, 0, 0.03, sure, false),
                        new Condition("maxSizeBytes", false, 100_000, 98_000.0, true));

        // When
        var lines =
                new ReportTable(
                                report.toBuilder()
                                        .comparison(List.of(report.comparison().get(0), candidate))
                                        .verdict(new Verdict(false, conditions, List.of("recall")))
                                        .build())
                        .render()
                        .lines()
                        .toList();

        // Then
        assertThat(lines.get(6)).matches("against original +points +95 % interval +smaller .*");
        assertThat(lines.get(8)).matches("prune +-1\\.00 +- +3\\.77x .*");
        assertThat(lines.get(9)).matches("quantize +-0\\.25 +-1\\.12 to \\+0\\.10 +10\\.00x .*");
        assertThat(lines.get(11))
                .matches("condition +limit +measured +margin +95 % interval +result");
        assertThat(lines.get(13))
                .matches(
                        "maxAccuracyDrop +0\\.01 +0\\.0025 +0\\.0075 +-0\\.001 to 0\\.0112 +met, may be chance");
        assertThat(lines.get(14))
                .matches("classes.3.maxRecallDrop +0 +0\\.03 +-0\\.03 +0\\.02 to 0\\.04 +violated");
        assertThat(lines.get(15)).matches("maxSizeBytes +100000 +98000 +2000 +- +met");
    }

    @Test
    void anErrorsIntervalIsInPercent() {
        var report =
                SampleReport.of(
                        Task.REGRESSION,
                        new Accuracy.Regression(0.25, 0.1),
                        new Accuracy.Regression(0.255, 0.11),
                        null,
                        0.02);
        var interval = new ConfidenceInterval(-0.01, 0.05, 3000, null);
        var ratios = report.comparison().get(0).toBuilder().interval(interval).build();

        var text = new ReportTable(report.toBuilder().comparison(List.of(ratios)).build()).render();

        assertThat(text).containsPattern("quantize +\\+2\\.00 % +-1\\.00 to \\+5\\.00 % ");
    }

    @Test
    void aBatchSizeWithoutFiguresIsNamed() {
        // Given
        var report = SampleReport.passed();
        var models =
                report.models().stream()
                        .map(
                                model ->
                                        model.toBuilder()
                                                .latency(model.latency().subList(0, 1))
                                                .build())
                        .toList();

        // When
        var text = new ReportTable(report.toBuilder().models(models).build()).render();

        // Then
        assertThat(text).contains("\nNot timed: batch size 32. The notes in the report say why.\n");
        assertThat(new ReportTable(report).render()).doesNotContain("Not timed");
    }

    @Test
    void violationsFollowTheVerdict() {
        var violated = new Verdict(false, List.of(), List.of("accuracy dropped by 2 points"));

        var text = new ReportTable(SampleReport.with(violated, List.of())).render();

        assertThat(text).endsWith("Verdict: not passed\n  - accuracy dropped by 2 points");
    }

    @Test
    void withoutLabelsTheAgreementWithTheOriginalIsShown() {
        var labelled = SampleReport.passed();
        var report =
                labelled.toBuilder()
                        .models(
                                labelled.models().stream()
                                        .map(ReportTableTest::unlabelled)
                                        .toList())
                        .build();

        var lines = new ReportTable(report).render().lines().toList();

        assertThat(lines.get(0)).contains("agreement").doesNotContain("accuracy");
        assertThat(lines.get(4)).matches("quantize +99\\.00 % .*");
    }

    @Test
    void eachTaskShowsItsHeadlineMetric() {
        var segmentation =
                SampleReport.of(
                        Task.SEGMENTATION,
                        new Accuracy.Segmentation(0.97, 0.715, Map.of()),
                        new Accuracy.Segmentation(0.96, 0.7, Map.of()),
                        0.015,
                        null);
        var regression =
                SampleReport.of(
                        Task.REGRESSION,
                        new Accuracy.Regression(0.25, 0.1),
                        new Accuracy.Regression(0.255, 0.11),
                        null,
                        0.02);

        var iou = new ReportTable(segmentation).render().lines().toList();
        var error = new ReportTable(regression).render().lines().toList();

        assertThat(iou.get(0)).matches("model +mean IoU +size .*");
        assertThat(iou.get(2)).matches("original +71\\.50 % +980 kB .*");
        assertThat(iou.get(7)).matches("quantize +-1\\.50 +10\\.00x .*");
        assertThat(error.get(0)).matches("model +MAE +size .*");
        assertThat(error.get(2)).matches("original +0\\.250 +980 kB .*");
        assertThat(error.get(5)).matches("against original +error +smaller .*");
        assertThat(error.get(7)).matches("quantize +\\+2\\.00 % +10\\.00x .*");
    }

    @Test
    void withoutAnyScoreTheDifferenceOfTheOutputsIsShown() {
        var raw = SampleReport.of(Task.DETECTION, null, null, null, null);

        var lines = new ReportTable(raw).render().lines().toList();

        assertThat(lines.get(0)).matches("model +difference +size .*");
        assertThat(lines.get(3)).matches("quantize +12\\.50 % +98\\.0 kB .*");
        assertThat(lines.get(7)).matches("quantize +- +10\\.00x .*");
    }

    private static ModelFigures unlabelled(ModelFigures model) {
        return model.toBuilder().accuracy(null).fidelity(new Fidelity(0.99, 0.01)).build();
    }
}
