package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.DataFigures;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CandidateFiguresTest {

    @Test
    void theHeadlineIsThatOfTheCandidate() {
        // Given
        var report = with(0.9466, 74_100);

        // When
        var figures = CandidateFigures.of(report);

        // Then
        assertThat(figures.quality()).isEqualTo("94.66 %");
        assertThat(figures.qualityTitle()).isEqualTo(QualityMetric.of(report).title());
        assertThat(figures.size()).isEqualTo("74.1 kB");
        assertThat(figures.latency()).endsWith(" ms");
    }

    @Test
    void changesAreThoseOfTheCandidates() {
        // Given
        var before = with(0.9466, 80_000);
        var now = with(0.9498, 60_000);

        // Then
        assertThat(CandidateFigures.changes(before, now))
                .containsExactly(
                        QualityMetric.of(now).title() + " +0.32 points",
                        "size -25.00 %",
                        "p50 +0.00 %");
    }

    @Test
    void whatIsNotMeasuredAlikeIsNotCompared() {
        // Given
        var before = with(0.9, 80_000);
        var now = before.toBuilder().data(new DataFigures("e".repeat(64), 12000, 3000)).build();

        // Then
        assertThat(CandidateFigures.changes(before, now)).isEmpty();
    }

    private static Report with(double top1, long size) {
        var sample = SampleReport.passed();
        var models = new ArrayList<>(sample.models());
        var last = models.size() - 1;
        models.set(
                last,
                models.get(last).toBuilder()
                        .accuracy(new Accuracy.Classification(top1, 0.99, Map.of(0, top1)))
                        .sizeBytes(size)
                        .build());
        return sample.toBuilder().models(models).build();
    }
}
