package io.pitlane.gateway.board;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A run in a few words.
 *
 * @param state its state
 * @param fraction done of the step at work, 0..1; 0 where nothing is known yet
 * @param message what that step does; empty where nothing is known yet
 * @param elapsed since it was submitted, until its end; zero where the clocks of two machines say
 *     less
 */
public record RunSummary(RunState state, double fraction, String message, Duration elapsed) {
    private static final int SHORT_ID = 8;

    static RunSummary of(RunState state, List<Progress> progress, Clock clock) {
        var current = progress.stream().filter(p -> p.step() == state.step()).findFirst();
        var until = state.status().ended() ? state.updatedAt() : clock.instant();
        return new RunSummary(
                state,
                current.map(Progress::fraction).orElse(0.0),
                current.map(Progress::message).orElse(""),
                elapsed(state.submittedAt(), until == null ? state.submittedAt() : until));
    }

    private static Duration elapsed(Instant from, Instant until) {
        return until.isBefore(from) ? Duration.ZERO : Duration.between(from, until);
    }

    /** The run's id. */
    public String id() {
        return state.runId();
    }

    /** The first characters of the id. */
    public String shortId() {
        return shortId(id());
    }

    static String shortId(String runId) {
        return runId.length() <= SHORT_ID ? runId : runId.substring(0, SHORT_ID);
    }

    /** Name of the plan. */
    public String plan() {
        return state.plan().name();
    }

    /** Whether it has not ended. */
    public boolean running() {
        return !state.status().ended();
    }

    /** Whether it ended with a report. */
    public boolean reported() {
        return state.status() == RunState.Status.PASSED
                || state.status() == RunState.Status.NOT_PASSED;
    }

    /** The status in words, as {@code not passed}. */
    public String status() {
        return state.status().title();
    }

    /** The status as a class of the style sheet. */
    public String statusClass() {
        return status().replace(' ', '-');
    }

    /** The step at work, or the last one, as {@code 2 of 3, quantize}. */
    public String step() {
        return "%d of %d, %s"
                .formatted(
                        state.step() + 1,
                        state.plan().steps().size(),
                        state.plan().label(state.step()));
    }

    /** When it was submitted, for a reader. */
    public String submitted() {
        return PageTime.of(state.submittedAt());
    }

    /** When it was submitted, for a machine. */
    public Instant submittedAt() {
        return state.submittedAt().truncatedTo(ChronoUnit.SECONDS);
    }

    /** When its release was approved or rejected, for a reader; null where it was not. */
    public String decided() {
        return state.approval() == null ? null : PageTime.of(state.approval().at());
    }

    /** The time until its end, or until now, as {@code 3 min 05 s}. */
    public String took() {
        return text(elapsed);
    }

    /** A time, as {@code 3 min 05 s}. */
    static String text(Duration time) {
        return "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
