package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
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
    void violationsFollowTheVerdict() {
        var violated = new Verdict(false, List.of("accuracy dropped by 2 points"));

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
