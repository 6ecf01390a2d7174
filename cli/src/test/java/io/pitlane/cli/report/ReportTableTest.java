package io.pitlane.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.cli.SampleReport;
import io.pitlane.contract.Report;
import io.pitlane.contract.Report.Fidelity;
import io.pitlane.contract.Report.ModelFigures;
import io.pitlane.contract.Report.Verdict;
import java.util.List;
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
    void violationsStandBelowTheVerdict() {
        var violated = new Verdict(false, List.of("accuracy dropped by 2 points"));

        var text = new ReportTable(SampleReport.with(violated, List.of())).render();

        assertThat(text).endsWith("Verdict: not passed\n  - accuracy dropped by 2 points");
    }

    @Test
    void withoutLabelsTheAgreementWithTheOriginalStandsInForTheAccuracy() {
        var labelled = SampleReport.passed();
        var report =
                new Report(
                        labelled.run(),
                        labelled.plan(),
                        labelled.verdict(),
                        labelled.environment(),
                        labelled.data(),
                        labelled.models().stream().map(ReportTableTest::unlabelled).toList(),
                        labelled.comparison(),
                        labelled.lineage());

        var lines = new ReportTable(report).render().lines().toList();

        assertThat(lines.get(0)).contains("agreement").doesNotContain("accuracy");
        assertThat(lines.get(4)).matches("quantize +99\\.00 % .*");
    }

    private static ModelFigures unlabelled(ModelFigures model) {
        return new ModelFigures(
                model.label(),
                model.digest(),
                model.format(),
                model.sizeBytes(),
                model.packedBytes(),
                model.parameters(),
                model.nonZeroParameters(),
                model.macs(),
                null,
                new Fidelity(0.99, 0.01),
                model.latency(),
                model.peakMemoryBytes(),
                model.notes());
    }
}
