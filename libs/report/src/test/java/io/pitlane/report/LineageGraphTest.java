package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.Step;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LineageGraphTest {
    private static final String ORIGINAL = "original-digest";
    private static final String PRUNED = "b".repeat(64);
    private static final String QUANTIZED = "c".repeat(64);
    private static final String DATA = SampleReport.passed().data().digest();

    private static LineageEntry step(Step step, List<String> inputs, String output) {
        return new LineageEntry(step, "1.0", inputs, output, Instant.EPOCH, 2, List.of());
    }

    private static String graph(LineageEntry... steps) {
        Report report = SampleReport.passed().toBuilder().lineage(List.of(steps)).build();
        return new LineageGraph(report).render();
    }

    private static long edges(String svg) {
        return Pattern.compile("class=\"edge\"").matcher(svg).results().count();
    }

    @Test
    void everyModelIsABoxWithItsDigestAndTheStepThatMadeIt() {
        // When
        var svg =
                graph(
                        step(PruneStep.builder().build(), List.of(ORIGINAL, DATA), PRUNED),
                        step(QuantizeStep.DEFAULT, List.of(PRUNED, DATA), QUANTIZED).asCached());

        // Then
        assertThat(svg)
                .contains("<title>original: original-digest</title>", "<title>data: " + DATA)
                .contains("<title>prune: " + PRUNED, "<title>quantize: " + QUANTIZED)
                .contains(">prune, 2.0 s<", ">quantize, cached<", ">bbbbbbbbbbbb<");
        assertThat(edges(svg)).isEqualTo(4);
    }

    @Test
    void whatAStepReadsBesidesTheModelBeforeIsAnEdge() {
        var prune = step(PruneStep.builder().build(), List.of(ORIGINAL), PRUNED);

        assertThat(edges(graph(prune))).isEqualTo(1);
        assertThat(edges(graph(prune, step(QuantizeStep.DEFAULT, List.of(PRUNED), QUANTIZED))))
                .isEqualTo(2);
        assertThat(
                        edges(
                                graph(
                                        prune,
                                        step(
                                                QuantizeStep.DEFAULT,
                                                List.of(PRUNED, ORIGINAL),
                                                QUANTIZED))))
                .isEqualTo(3);
    }
}
