package io.pitlane.gateway.runs;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One run, assembled from topics without an order among each other: a state may arrive before its
 * result. The state that is shown is therefore not always the latest one: a state that ended with a
 * report is held back until the report has arrived, so that a client that sees the end can read the
 * report.
 *
 * <p>Not thread-safe: {@link RunRegistry} guards it.
 */
final class TrackedRun {
    private final TreeMap<Integer, TrackedStep> steps = new TreeMap<>();
    private final RunListeners listeners = new RunListeners();
    private final RunListener everyRun;
    private RunState latest;
    private RunState shown;
    private Supplier<Optional<RunResult>> result;
    private Failure failure;
    private Instant heldSince;

    /**
     * @param everyRun receives the events of this run besides its own listeners
     */
    TrackedRun(RunListener everyRun) {
        this.everyRun = everyRun;
    }

    Optional<RunState> state() {
        return Optional.ofNullable(shown);
    }

    Optional<RunResult> result() {
        return result == null ? Optional.empty() : result.get();
    }

    /** The latest progress of each step that has any; empty when the run has ended. */
    List<Progress> progress() {
        return steps.values().stream().map(TrackedStep::brief).toList();
    }

    /** All that is known of each step that has any progress; empty when the run has ended. */
    List<StepProgress> steps() {
        return steps.values().stream().map(TrackedStep::snapshot).toList();
    }

    /** The end of the log of the step at work. */
    Optional<String> log() {
        return Optional.ofNullable(shown)
                .map(state -> steps.get(state.step()))
                .map(step -> step.latest().log());
    }

    /** Whether this run may be evicted: nothing is done with it any more, and nothing awaited. */
    boolean evictable() {
        return shown == null || shown.status().ended() && !shown.awaitsApproval();
    }

    void accept(RunState state, Instant now) {
        if (latest == null || supersedes(state, latest)) {
            latest = state;
            heldSince = now;
            show();
        }
    }

    void accept(Supplier<Optional<RunResult>> published) {
        result = published;
        show();
    }

    void accept(Failure published) {
        failure = published;
        show();
    }

    void accept(Progress event) {
        if (shown != null && shown.status().ended()) {
            return;
        }
        var step = steps.computeIfAbsent(event.step(), number -> new TrackedStep());
        listeners.progress(step.accept(event));
        if (shown != null) {
            everyRun.progress(step.brief());
        }
    }

    /** Shows a state whose report did not arrive by {@code deadline}. */
    void releaseHeldBefore(Instant deadline) {
        if (isHeld() && !heldSince.isAfter(deadline)) {
            show(latest);
        }
    }

    boolean isHeld() {
        return latest != null && awaitsReport(latest) && !latest.equals(shown);
    }

    /** Passes on the state and the latest progress of each step, without logs. */
    void replay(RunListener listener) {
        listener.state(shown);
        progress().forEach(listener::progress);
    }

    /** Passes on the state and the latest progress, then registers for later events. */
    void add(RunListener listener) {
        listener.state(shown);
        steps.values().forEach(step -> listener.progress(step.latest()));
        if (!shown.status().ended()) {
            listeners.add(listener);
        }
    }

    void remove(RunListener listener) {
        listeners.remove(listener);
    }

    private static boolean supersedes(RunState next, RunState current) {
        if (current.status().ended()) {
            return next.status().ended();
        }
        return next.status().ended() || next.step() >= current.step();
    }

    private void show() {
        if (latest == null) {
            return;
        }
        if (failure != null && !latest.status().ended()) {
            show(ended(latest, failure));
        } else if (!awaitsReport(latest)) {
            show(latest);
        }
    }

    private void show(RunState state) {
        if (state.equals(shown)) {
            return;
        }
        var first = shown == null;
        shown = state;
        if (state.status().ended()) {
            steps.clear();
        }
        listeners.state(state);
        everyRun.state(state);
        if (first) {
            progress().forEach(everyRun::progress);
        }
        if (state.status().ended()) {
            listeners.clear();
        }
    }

    private boolean awaitsReport(RunState state) {
        return result == null
                && (state.status() == Status.PASSED || state.status() == Status.NOT_PASSED);
    }

    private static RunState ended(RunState running, Failure failure) {
        return running.toBuilder()
                .status(Status.of(failure.kind()))
                .step(failure.step())
                .failure(failure)
                .updatedAt(failure.at())
                .build();
    }
}
