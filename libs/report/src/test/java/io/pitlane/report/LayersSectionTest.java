package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.LayerFactors;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.PruneStep;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersSectionTest {
    private static Report report(List<String> notes, Finding... findings) {
        var step =
                new LineageEntry(
                        PruneStep.builder().build(),
                        "1.0",
                        List.of(),
                        "b",
                        Instant.EPOCH,
                        1,
                        List.of(findings));
        return SampleReport.with(SampleReport.passed().verdict(), notes).toBuilder()
                .lineage(List.of(step))
                .build();
    }

    @Test
    void everyLayerHasItsFigures() {
        assertThat(LayersSection.render(SampleReport.passed()))
                .contains(
                        "<tr><td>conv1</td><td>Conv2D</td><td>2.00 M</td><td>4.00x</td><td>864</td>"
                                + "<td>50.00 %</td><td>8</td><td></td></tr>",
                        "<tr><td>head/dense</td><td>MatMul</td><td>500</td><td>-</td><td>0</td>"
                                + "<td>-</td><td>32</td><td></td></tr>")
                .doesNotContain("error in int8");
    }

    @Test
    void theNotesSayWhyALayerWasLeftAlone() {
        // When
        var html =
                LayersSection.render(
                        report(
                                List.of(
                                        "left alone: conv1, conv10: shared <weights>",
                                        "left float: head/dense, its values are not finite",
                                        "pruned: conv1"),
                                new LayerFactors(
                                        10,
                                        List.of(LayerFactors.Layer.leftAlone("conv1", "slower")),
                                        null)));

        // Then
        assertThat(html)
                .contains(
                        "<td>left alone: shared &lt;weights&gt;; not factorised: slower</td>",
                        "<td>left float: head/dense, its values are not finite</td>")
                .doesNotContain("pruned");
    }

    @Test
    void anotherLayersNameIsNotThatOfALayer() {
        var notes = List.of("left alone: conv10, my/conv1, conv1/bias: shared");

        assertThat(LayersSection.render(report(notes))).doesNotContain("shared");
    }

    @Test
    void theSensitivityIsShownWhereItWasMeasured() {
        // Given
        var error = new OutputError(12.0412, null, null, null);
        var layer = new LayerSensitivity.Layer("conv1", 1, 1, error, error, error, error, null, "");

        // When
        var html =
                LayersSection.render(
                        report(
                                List.of(),
                                new LayerSensitivity(10, null, null, error, List.of(layer))));

        // Then
        assertThat(html)
                .contains("<th scope=\"col\">error in int8</th>")
                .contains("<td>8</td><td>0.2500</td>", "<td>32</td><td>-</td>");
    }

    @Test
    void aReportOfAnOlderVersionHasNoTable() {
        var old = SampleReport.passed().toBuilder().layers(null).build();

        assertThat(LayersSection.render(old)).isEmpty();
    }
}
