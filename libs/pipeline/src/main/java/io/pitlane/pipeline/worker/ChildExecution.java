package io.pitlane.pipeline.worker;

import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.consumer.ClaimMonitor;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.ChildProcess;
import io.pitlane.pipeline.process.JobRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Work that is done in a child JVM, and cancelled when the claim on its message is lost. */
abstract class ChildExecution<R> implements Execution<R> {
    private final Instant startedAt = Instant.now();
    private final ChildProcess child;
    private final ClaimMonitor monitor;
    private final StageMetrics metrics;
    private volatile boolean stopped;

    /**
     * Work that is not started; empties the runner's work folder.
     *
     * @param obsolete whether nobody waits for the result any more
     */
    ChildExecution(JobRunner runner, Claim claim, BooleanSupplier obsolete, StageMetrics metrics) {
        this.child = runner.child(startedAt);
        this.monitor = new ClaimMonitor(claim, obsolete, child::cancel);
        this.metrics = metrics;
    }

    final Instant startedAt() {
        return startedAt;
    }

    final ChildProcess child() {
        return child;
    }

    @Override
    public void stop() {
        stopped = true;
        beforeCancel();
        child.cancel();
    }

    /** Saves what another replica needs to resume the work. */
    void beforeCancel() {}

    @Override
    public final boolean isAbandoned() {
        return stopped || monitor.isCancelled();
    }

    @Override
    public final boolean isObsolete() {
        return monitor.isObsolete();
    }

    @Override
    public WorkTrace trace() {
        return new WorkTrace(child.logTail(), List.of());
    }

    @Override
    public final Duration duration() {
        return Duration.between(startedAt, Instant.now());
    }

    @Override
    public final void close() {
        monitor.close();
        metrics.childRestarts(child.restarts());
    }
}
