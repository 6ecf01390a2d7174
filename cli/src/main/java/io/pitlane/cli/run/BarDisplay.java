package io.pitlane.cli.run;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/** Shows one bar per step, redrawn in place: for terminals. */
final class BarDisplay implements RunDisplay {
    private static final int BAR_WIDTH = 24;
    private static final int WIDTH = 79;
    private static final String UP = "\033[%dA";
    private static final String CLEAR_LINE = "\033[2K";

    private final Plan plan;
    private final PrintWriter out;
    private final InstantSource clock;
    private final Row[] rows;
    private final boolean[] cached;
    private boolean drawn;

    /** The progress of one step. */
    private record Row(double fraction, String message, Instant startedAt, Duration took) {
        static final Row PENDING = new Row(0, "", null, Duration.ZERO);

        Row at(double fraction, String message, Instant now) {
            var start = startedAt == null ? now : startedAt;
            return new Row(fraction, message, start, Duration.between(start, now));
        }

        Row done(boolean cached) {
            return new Row(1, cached ? "cached" : "done", startedAt, took);
        }
    }

    BarDisplay(Plan plan, PrintWriter out, InstantSource clock) {
        this.plan = plan;
        this.out = out;
        this.clock = clock;
        this.rows = new Row[plan.steps().size()];
        this.cached = new boolean[rows.length];
        Arrays.fill(rows, Row.PENDING);
    }

    @Override
    public synchronized void progress(Progress progress) {
        finishBefore(progress.step());
        var row = rows[progress.step()];
        rows[progress.step()] =
                row.at(
                        Objects.requireNonNullElse(progress.fraction(), row.fraction()),
                        Objects.requireNonNullElse(progress.message(), row.message()),
                        clock.instant());
        redraw();
    }

    @Override
    public synchronized void state(RunState state) {
        for (int i = 1; i < state.models().size(); i++) {
            cached[i - 1] = state.models().get(i).cached();
        }
        switch (state.status()) {
            case RUNNING -> finishBefore(state.step());
            case PASSED, NOT_PASSED -> finishBefore(rows.length);
            case FAILED, CANCELLED -> {
                finishBefore(state.step());
                var row = rows[state.step()];
                rows[state.step()] =
                        row.at(
                                row.fraction(),
                                state.status().name().toLowerCase(Locale.ROOT),
                                clock.instant());
            }
        }
        redraw();
    }

    @Override
    public synchronized void note(String line) {
        if (drawn) {
            out.printf(UP, rows.length);
        }
        out.println(CLEAR_LINE + line);
        if (drawn) {
            draw();
        }
        out.flush();
    }

    private void finishBefore(int step) {
        for (int i = 0; i < step; i++) {
            rows[i] = rows[i].done(cached[i]);
        }
    }

    private void redraw() {
        if (drawn) {
            out.printf(UP, rows.length);
        }
        draw();
        drawn = true;
        out.flush();
    }

    private void draw() {
        for (int i = 0; i < rows.length; i++) {
            out.println(CLEAR_LINE + line(plan.label(i), rows[i]));
        }
    }

    private static String line(String label, Row row) {
        var filled = (int) Math.round(row.fraction() * BAR_WIDTH);
        var line =
                String.format(
                        "  %-12s %s%s %3d %%  %d:%02d  %s",
                        label,
                        "█".repeat(filled),
                        "░".repeat(BAR_WIDTH - filled),
                        (int) (row.fraction() * 100),
                        row.took().toMinutes(),
                        row.took().toSecondsPart(),
                        row.message());
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
    }
}
