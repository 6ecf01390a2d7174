package io.pitlane.gateway.runs;

import io.pitlane.contract.Failure;
import io.pitlane.contract.Progress;
import io.pitlane.contract.RunResult;
import io.pitlane.contract.RunState;
import io.pitlane.gateway.config.GatewayConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the gateway knows of the runs, rebuilt from the topics at every start. Events may come in
 * any order and more than once.
 *
 * <p>Bounded: of the runs that ended the youngest {@code pitlane.runs.kept} are known, each with
 * its state and report (some ten kilobytes); runs at work are always known, with one progress event
 * a step. Thread-safe.
 */
@Singleton
public class RunRegistry {
    /**
     * A result is committed together with its state; only a broken writer makes us wait so long.
     */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(10);

    private final Map<String, TrackedRun> runs = new LinkedHashMap<>();
    private final int kept;
    private final Clock clock;

    @Inject
    RunRegistry(GatewayConfig config) {
        this(config.runs().kept(), Clock.systemUTC());
    }

    RunRegistry(int kept, Clock clock) {
        this.kept = kept;
        this.clock = clock;
    }

    /**
     * Takes a state; one that is running never replaces one that has ended.
     *
     * @throws IllegalArgumentException when it lacks what a list of runs cannot do without
     */
    public void accept(RunState state) {
        if (state.runId() == null
                || state.plan() == null
                || state.status() == null
                || state.submittedAt() == null) {
            throw new IllegalArgumentException("no run, plan, status or time of submission");
        }
        update(state.runId(), run -> run.accept(state, clock.instant()));
    }

    /** Takes the report and the models of a run that ended with them. */
    public void accept(RunResult result) {
        update(result.report().run(), run -> run.accept(result));
    }

    /** Takes the reason why a run ended. */
    public void accept(Failure failure) {
        update(failure.runId(), run -> run.accept(failure));
    }

    /** Takes how far a step is; of a run that has ended it is of no interest. */
    public void accept(Progress progress) {
        update(progress.runId(), run -> run.accept(progress));
    }

    /** Gives up waiting for reports that should have come by now. */
    public synchronized void releaseOverdue() {
        release(clock.instant().minus(LONGEST_HOLD));
    }

    /**
     * Gives up waiting for any report: the topics are read to their ends, so a report that is not
     * here has expired.
     */
    public synchronized void releaseAll() {
        release(Instant.MAX);
    }

    private void release(Instant deadline) {
        runs.values().forEach(run -> run.releaseHeldBefore(deadline));
    }

    synchronized Optional<RunState> state(String runId) {
        return run(runId).flatMap(TrackedRun::state);
    }

    synchronized Optional<RunResult> result(String runId) {
        return run(runId).flatMap(TrackedRun::result);
    }

    /** How many runs stand there. */
    synchronized long count(RunState.Status status) {
        return runs.values().stream()
                .flatMap(run -> run.state().stream())
                .filter(state -> state.status() == status)
                .count();
    }

    /** Every run, the newest first. */
    synchronized List<RunState> states() {
        return runs.values().stream()
                .flatMap(run -> run.state().stream())
                .sorted(Comparator.comparing(RunState::submittedAt).reversed())
                .toList();
    }

    /**
     * Tells a listener where a run stands, and from then on what happens to it, with nothing in
     * between lost or told twice.
     *
     * @return ends the listening; empty when there is no such run
     */
    synchronized Optional<Runnable> watch(String runId, RunListener listener) {
        return run(runId)
                .filter(run -> run.state().isPresent())
                .map(
                        run -> {
                            run.add(listener);
                            return () -> unwatch(run, listener);
                        });
    }

    private synchronized void unwatch(TrackedRun run, RunListener listener) {
        run.remove(listener);
    }

    private Optional<TrackedRun> run(String runId) {
        return Optional.ofNullable(runs.get(runId));
    }

    private synchronized void update(String runId, Consumer<TrackedRun> change) {
        change.accept(runs.computeIfAbsent(runId, id -> new TrackedRun()));
        if (runs.size() > kept) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        var oldestFirst = runs.values().iterator();
        while (runs.size() > kept && oldestFirst.hasNext()) {
            if (oldestFirst.next().forgettable()) {
                oldestFirst.remove();
            }
        }
    }
}
