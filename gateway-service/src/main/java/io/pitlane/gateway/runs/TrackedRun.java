package io.pitlane.gateway.runs;

import io.pitlane.contract.Failure;
import io.pitlane.contract.Progress;
import io.pitlane.contract.RunResult;
import io.pitlane.contract.RunState;
import io.pitlane.contract.RunState.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One run, put together from topics that are not ordered among each other: a state may overtake the
 * result it belongs to. What is shown is therefore not always the latest state: one that ended with
 * a report is held back until that report is here, so that whoever sees the end can read the
 * report.
 *
 * <p>Not thread-safe: {@link RunRegistry} guards it.
 */
final class TrackedRun {
    private final TreeMap<Integer, Progress> progress = new TreeMap<>();
    private final List<RunListener> listeners = new ArrayList<>();
    private RunState latest;
    private RunState shown;
    private RunResult result;
    private Failure failure;
    private Instant heldSince;

    Optional<RunState> state() {
        return Optional.ofNullable(shown);
    }

    Optional<RunResult> result() {
        return Optional.ofNullable(result);
    }

    /** Whether forgetting this run would lose nothing that is still going on. */
    boolean forgettable() {
        return shown == null || shown.status().ended();
    }

    void accept(RunState state, Instant now) {
        if (latest == null || supersedes(state, latest)) {
            latest = state;
            heldSince = now;
            show();
        }
    }

    void accept(RunResult published) {
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
        var before = progress.get(event.step());
        if (before == null || !event.at().isBefore(before.at())) {
            var whole = complete(event, before);
            progress.put(event.step(), whole);
            List.copyOf(listeners).forEach(listener -> listener.progress(whole));
        }
    }

    /** News of a trial do not tell how far the step is: as far as it was. */
    private static Progress complete(Progress event, Progress before) {
        if (event.fraction() != null) {
            return event;
        }
        return new Progress(
                event.runId(),
                event.step(),
                event.stage(),
                before == null ? 0.0 : before.fraction(),
                event.message(),
                event.at());
    }

    /** Shows a state whose report did not come by {@code deadline}: it will not come any more. */
    void releaseHeldBefore(Instant deadline) {
        if (isHeld() && !heldSince.isAfter(deadline)) {
            show(latest);
        }
    }

    boolean isHeld() {
        return latest != null && awaitsReport(latest) && !latest.equals(shown);
    }

    /** Replays the state and each step's latest progress, then tells what follows. */
    void add(RunListener listener) {
        listener.state(shown);
        progress.values().forEach(listener::progress);
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
            show(failed(latest, failure));
        } else if (!awaitsReport(latest)) {
            show(latest);
        }
    }

    private void show(RunState state) {
        if (state.equals(shown)) {
            return;
        }
        shown = state;
        var told = List.copyOf(listeners);
        if (state.status().ended()) {
            progress.clear();
            listeners.clear();
        }
        told.forEach(listener -> listener.state(state));
    }

    private boolean awaitsReport(RunState state) {
        return result == null
                && (state.status() == Status.PASSED || state.status() == Status.NOT_PASSED);
    }

    private static RunState failed(RunState running, Failure failure) {
        return running.toBuilder()
                .status(Status.FAILED)
                .step(failure.step())
                .failure(failure)
                .updatedAt(failure.at())
                .build();
    }
}
