package io.pitlane.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.cli.SampleRun;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.SampleReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisplayTest {
    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);
    private Instant now = Instant.parse("2026-01-01T10:00:00Z");
    private final InstantSource clock = () -> now;

    @Test
    void oneLineIsPrintedPerTenthOfAStep() {
        var display = new LineDisplay(SampleReport.plan(), out);

        for (int percent = 0; percent <= 100; percent++) {
            display.progress(SampleRun.progress(0, percent / 100.0, "work"));
        }
        display.progress(SampleRun.progress(1, 0, "begin"));
        display.progress(SampleRun.progress(0, 1, "late news"));

        assertThat(text.toString().lines()).hasSize(12).last().asString().contains("quantize");
    }

    @Test
    void barsShowFinishedAndRunningSteps() {
        var display = new BarDisplay(SampleReport.plan(), out, clock);
        display.state(SampleRun.state(Status.RUNNING, 0));
        display.progress(SampleRun.progress(0, 0, "begin"));
        now = now.plusSeconds(75);
        display.progress(SampleRun.progress(0, 0.5, "epoch 1 of 2"));

        assertThat(screen())
                .containsExactly(
                        "  prune        ████████████░░░░░░░░░░░░  50 %  1:15  epoch 1 of 2",
                        "  quantize     ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0:00",
                        "  bench        ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0:00");

        display.progress(SampleRun.progress(1, 0.25, "x".repeat(100)));
        assertThat(screen().get(0)).contains("100 %  1:15  done");
        assertThat(screen()).allMatch(line -> line.length() <= 79);

        display.state(SampleRun.failed(Failure.Kind.CRASHED));
        assertThat(screen().get(1)).contains("25 %", "failed");
    }

    @Test
    void progressThatOnlyBringsTheLogChangesNothing() {
        var known = SampleRun.progress(0, 0.5, "epoch 1 of 2");
        var log = known.toBuilder().fraction(null).message(null).log("a line").build();
        var bars = new BarDisplay(SampleReport.plan(), out, clock);
        bars.progress(known);

        bars.progress(log);
        assertThat(screen().get(0)).contains(" 50 %  0:00  epoch 1 of 2");

        text.getBuffer().setLength(0);
        var lines = new LineDisplay(SampleReport.plan(), out);
        lines.progress(known);
        lines.progress(log);
        assertThat(text.toString().lines()).hasSize(1);
    }

    @Test
    void aStepThatWasNotDoneAgainIsShownAsCached() {
        var display = new BarDisplay(SampleReport.plan(), out, clock);
        display.state(SampleRun.state(Status.RUNNING, 0));

        display.progress(SampleRun.progress(0, 1, "cached, from run 1"));
        display.state(SampleRun.cached(Status.RUNNING, 1));

        assertThat(screen().get(0)).contains("100 %  0:00  cached").doesNotContain("from run");
    }

    @Test
    void aNoteIsPrintedAboveTheBars() {
        var display = new BarDisplay(SampleReport.plan(), out, clock);
        display.state(SampleRun.state(Status.RUNNING, 0));

        display.note("hello");
        display.state(SampleRun.state(Status.PASSED, 2));

        assertThat(screen()).hasSize(4).first().isEqualTo("hello");
        assertThat(screen().subList(1, 4)).allMatch(line -> line.contains("100 %"));
    }

    /** What a terminal shows after everything written so far. */
    private List<String> screen() {
        out.flush();
        var lines = new String[20];
        Arrays.fill(lines, "");
        var row = 0;
        for (var piece : text.toString().split("(?=\\033\\[\\dA)|(?<=\\n)")) {
            if (piece.matches("(?s)\\033\\[\\dA.*")) {
                row -= piece.charAt(2) - '0';
                piece = piece.substring(4);
            }
            if (piece.startsWith("\033[2K")) {
                lines[row] = piece.substring(4).stripTrailing();
            }
            if (piece.endsWith("\n")) {
                row++;
            }
        }
        return Arrays.stream(lines).filter(line -> !line.isEmpty()).toList();
    }
}
