package io.pitlane.gateway.runs;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The runs that the gateway knows, rebuilt from the topics at every start. Events may arrive in any
 * order and more than once.
 *
 * <p>Bounded: of the runs that have ended, the newest {@code pitlane.runs.kept} are kept, each with
 * its state and report (about ten kilobytes); running ones and those that await approval are always
 * kept, the former with the progress of each step: its log (8 kilobytes) and some hundred points of
 * loss curves at most. Thread-safe.
 */
@Singleton
public class RunRegistry {
    /**
     * A result is committed together with its state; only a defective writer lets a state wait so
     * long.
     */
    private static final Duration MAX_HOLD = Duration.ofSeconds(10);

    private static final Comparator<RunState> NEWEST_FIRST =
            Comparator.comparing(RunState::submittedAt).reversed().thenComparing(RunState::runId);

    private final Map<String, TrackedRun> runs = new LinkedHashMap<>();
    private final RunListeners everyRun = new RunListeners();
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
     * Applies a state; a running one never replaces one that has ended.
     *
     * @throws IllegalArgumentException when a field is missing that every run needs
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

    /** Applies the report and the models of a run that has ended. */
    public void accept(RunResult result) {
        update(result.report().run(), run -> run.accept(() -> Optional.of(result)));
    }

    /**
     * The same as its record has it.
     *
     * @param json not changed afterwards
     */
    public void acceptResult(String runId, byte[] json) {
        var result = new EncodedResult(runId, json);
        update(runId, run -> run.accept(result));
    }

    /** Applies the failure of a run. */
    public void accept(Failure failure) {
        update(failure.runId(), run -> run.accept(failure));
    }

    /** Applies the progress of a step; ignored for a run that has ended. */
    public void accept(Progress progress) {
        update(progress.runId(), run -> run.accept(progress));
    }

    /** Shows the states whose reports are overdue. */
    public synchronized void releaseOverdue() {
        release(clock.instant().minus(MAX_HOLD));
    }

    /**
     * Shows every state that waits for its report: the topics are read to their ends, so a missing
     * report has expired.
     */
    public synchronized void releaseAll() {
        release(Instant.MAX);
    }

    private void release(Instant deadline) {
        runs.values().forEach(run -> run.releaseHeldBefore(deadline));
    }

    /** The state of a run, as it is shown. */
    public synchronized Optional<RunState> state(String runId) {
        return run(runId).flatMap(TrackedRun::state);
    }

    /** The report and the models of a run that ended with a report. */
    public synchronized Optional<RunResult> result(String runId) {
        return run(runId).flatMap(TrackedRun::result);
    }

    /** The latest progress of each step that has any, of a run that has not ended. */
    public synchronized List<Progress> progress(String runId) {
        return run(runId).map(TrackedRun::progress).orElse(List.of());
    }

    /** All that is known of each step that has any progress, of a run that has not ended. */
    public synchronized List<StepProgress> steps(String runId) {
        return run(runId).map(TrackedRun::steps).orElse(List.of());
    }

    /** The end of the log of the step at work. */
    synchronized Optional<String> log(String runId) {
        return run(runId).flatMap(TrackedRun::log);
    }

    /** Number of runs with this status. */
    synchronized long count(RunState.Status status) {
        return runs.values().stream()
                .flatMap(run -> run.state().stream())
                .filter(state -> state.status() == status)
                .count();
    }

    /** Every run, the newest first. */
    synchronized List<RunState> states() {
        return shown().sorted(NEWEST_FIRST).toList();
    }

    /** The runs whose candidates wait for an approval, the newest first. */
    public synchronized List<RunState> awaitingApproval() {
        return shown().filter(RunState::awaitsApproval).sorted(NEWEST_FIRST).toList();
    }

    private Stream<RunState> shown() {
        return runs.values().stream().flatMap(run -> run.state().stream());
    }

    /**
     * One page of the runs that match, the newest first.
     *
     * @throws UnknownRunException when the run that the page starts after is not known
     */
    public synchronized RunPage page(RunQuery query) {
        var matching = shown().filter(query::matches).sorted(NEWEST_FIRST).toList();
        var rest = matching;
        if (query.before() != null) {
            var last =
                    state(query.before())
                            .orElseThrow(() -> new UnknownRunException(query.before()));
            rest = matching.stream().filter(r -> NEWEST_FIRST.compare(r, last) > 0).toList();
        }
        return new RunPage(
                rest.stream().limit(query.limit()).toList(),
                matching.size(),
                rest.size() > query.limit());
    }

    /**
     * Passes the state of a run to a listener, and from then on every event, without loss or
     * duplicates.
     *
     * @return removes the listener; empty when there is no such run
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

    /**
     * Passes the state and the progress of every run that has not ended to a listener, and from
     * then on every event of every run, without loss or duplicates.
     *
     * @return removes the listener
     */
    synchronized Runnable watchAll(RunListener listener) {
        runs.values().stream()
                .filter(run -> run.state().filter(state -> !state.status().ended()).isPresent())
                .forEach(run -> run.replay(listener));
        everyRun.add(listener);
        return () -> unwatchAll(listener);
    }

    /**
     * A future of the first state of a run that fulfils a condition, at once if the state that is
     * shown does. Whoever stops waiting cancels it.
     */
    public synchronized CompletableFuture<RunState> when(
            String runId, Predicate<RunState> condition) {
        var future = new CompletableFuture<RunState>();
        var listener =
                new RunListener() {
                    @Override
                    public void state(RunState state) {
                        if (state.runId().equals(runId) && condition.test(state)) {
                            future.complete(state);
                        }
                    }

                    @Override
                    public void progress(Progress progress) {
                        // Conditions are on states.
                    }
                };
        state(runId).ifPresent(listener::state);
        if (!future.isDone()) {
            everyRun.add(listener);
            future.whenComplete((state, failure) -> unwatchAll(listener));
        }
        return future;
    }

    private synchronized void unwatchAll(RunListener listener) {
        everyRun.remove(listener);
    }

    private Optional<TrackedRun> run(String runId) {
        return Optional.ofNullable(runs.get(runId));
    }

    private synchronized void update(String runId, Consumer<TrackedRun> change) {
        change.accept(runs.computeIfAbsent(runId, id -> new TrackedRun(everyRun)));
        if (runs.size() > kept) {
            evictOldest();
        }
    }

    private void evictOldest() {
        var oldestFirst = runs.values().iterator();
        while (runs.size() > kept && oldestFirst.hasNext()) {
            if (oldestFirst.next().evictable()) {
                oldestFirst.remove();
            }
        }
    }
}
