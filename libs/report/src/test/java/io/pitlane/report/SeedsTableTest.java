package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Speedup;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeedsTableTest {

    @Test
    void theMedianIsFollowedByTheRangeOverTheSeeds() {
        // Given
        var reports = List.of(run(0.94, 70_000, 12), run(0.95, 72_000, 11), run(0.91, 75_000, 14));

        // When
        var lines = new SeedsTable(reports).render().lines().toList();

        // Then
        assertThat(lines.get(0))
                .matches(
                        "model +engine +format +accuracy +size +faster, batch 1 +same engine"
                                + " +faster, batch 32 +same engine");
        assertThat(lines)
                .filteredOn(line -> line.matches("quantize +ONNX Runtime .*"))
                .singleElement()
                .asString()
                .matches(
                        "quantize +ONNX Runtime +int8 +94\\.00 % \\(91\\.00 % to 95\\.00 %\\)"
                                + " +72\\.0 kB \\(70\\.0 kB to 75\\.0 kB\\)"
                                + " +12\\.00x \\(11\\.00x to 14\\.00x\\) +5\\.00x +- +-");
    }

    @Test
    void everyModelIsListedOnTheEnginesThatItWasTimedOn() {
        var lines = new SeedsTable(List.of(SampleReport.onEngines())).render().lines().toList();

        assertThat(lines.subList(2, lines.size() - 1))
                .extracting(line -> line.split(" {2,}")[0] + " on " + line.split(" {2,}")[1])
                .containsExactly(
                        "original on TensorFlow",
                        "original on ONNX Runtime",
                        "prune on TensorFlow",
                        "quantize on TensorFlow",
                        "quantize on ONNX Runtime");
        assertThat(lines.get(3)).matches("original +ONNX Runtime +float32 +- +- +2\\.50x +- +- +-");
    }

    @Test
    void aFigureThatIsTheSameForEverySeedHasNoRange() {
        var lines =
                new SeedsTable(List.of(run(0.94, 70_000, 12), run(0.95, 72_000, 11)))
                        .render()
                        .lines()
                        .toList();

        assertThat(lines.get(2)).matches("original +TensorFlow +float32 +95\\.00 % +980 kB .*");
    }

    @Test
    void theAgreementOfEnginesFollowsWithItsRange() {
        // Given
        var first = SampleReport.onEngines();
        var candidate = first.models().get(2);
        var agreement = new EngineAgreement(ModelFormat.TENSORFLOW, ModelFormat.ONNX, 0.9925);
        var second =
                first.toBuilder()
                        .models(
                                List.of(
                                        first.models().get(0),
                                        first.models().get(1),
                                        candidate.toBuilder()
                                                .engineAgreement(List.of(agreement))
                                                .build()))
                        .build();

        // When
        var text = new SeedsTable(List.of(first, second)).render();

        // Then
        assertThat(text)
                .endsWith(
                        "\nTensorFlow and ONNX Runtime give 99.50 % (99.25 % to 99.75 %) of the test"
                                + " images the same class.");
    }

    @Test
    void theMedianOfTwoRunsIsTheirMean() {
        var text = new SeedsTable(List.of(run(0.94, 70_000, 12), run(0.95, 72_000, 11))).render();

        assertThat(text).contains("94.50 % (94.00 % to 95.00 %)", "11.50x (11.00x to 12.00x)");
    }

    @Test
    void aRunInWhichAFormatWasNotMeasuredHasNoPartInItsAccuracy() {
        // Given
        var unmeasured =
                delivered(
                        SampleReport.onEngines(),
                        new DeliveredFigures(
                                DeliveryFormat.ONNX, 70_000, null, null, null, null, null, "odd"));

        // When
        var text = new SeedsTable(List.of(run(0.94, 70_000, 12), unmeasured)).render();

        // Then
        assertThat(text).containsPattern("quantize +ONNX Runtime +int8 +94\\.00 % +70\\.0 kB ");
    }

    /** The candidate as ONNX has this accuracy, size and speedup. */
    private static Report run(double accuracy, long bytes, double ratio) {
        var report =
                delivered(
                        SampleReport.onEngines(),
                        new DeliveredFigures(
                                DeliveryFormat.ONNX,
                                bytes,
                                new Accuracy.Classification(accuracy, 0.99, Map.of()),
                                null,
                                null,
                                null,
                                null,
                                null));
        var comparison = report.comparison().get(1);
        var speedups =
                comparison.speedup().stream()
                        .map(
                                s ->
                                        s.engine() == Engine.ONNXRUNTIME && s.isAgainstTensorFlow()
                                                ? new Speedup(
                                                        s.engine(),
                                                        s.format(),
                                                        s.baseline(),
                                                        1,
                                                        1,
                                                        ratio,
                                                        ratio,
                                                        ratio,
                                                        ratio)
                                                : s)
                        .toList();
        return report.toBuilder()
                .comparison(
                        List.of(
                                report.comparison().get(0),
                                comparison.toBuilder().speedup(speedups).build()))
                .build();
    }

    private static Report delivered(Report report, DeliveredFigures delivered) {
        var models = report.models();
        return report.toBuilder()
                .models(
                        List.of(
                                models.get(0),
                                models.get(1),
                                models.get(2).toBuilder().delivered(List.of(delivered)).build()))
                .build();
    }
}
