package io.pitlane.pipeline.worker;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.finding.TrainingLosses;
import io.pitlane.contract.run.CachedResult;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.cache.StepCache;
import io.pitlane.pipeline.checkpoint.CheckpointFiles;
import io.pitlane.pipeline.checkpoint.CheckpointLog;
import io.pitlane.pipeline.checkpoint.CheckpointWatch;
import io.pitlane.pipeline.checkpoint.CrashLoopGuard;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.JobRunner;
import io.pitlane.pipeline.process.LogWatch;
import io.pitlane.pipeline.process.StepResult;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The work on one job: resumed from the latest checkpoint, prepared, run in a child whose
 * checkpoints are kept meanwhile.
 */
final class JobExecution extends ChildExecution<StepResult> {
    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(10);

    /** Time between two looks at the log of the process. */
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(2);

    private final Services services;
    private final Claim claim;
    private final Job job;
    private final JobProgress progress;
    private volatile CheckpointWatch watch;
    private volatile LossRecorder losses;

    /**
     * What the executions of all jobs share.
     *
     * @param runner runs the child
     * @param cache the results of steps that were done before
     * @param preparation runs before the child
     * @param crashLoops limits the attempts
     * @param cancellations the runs that are cancelled
     * @param checkpoints how far each step has come
     * @param files the files of checkpoints
     * @param checkpointInterval time between two checkpoints
     * @param progress where progress is published
     * @param metrics what is counted
     */
    record Services(
            JobRunner runner,
            StepCache cache,
            StepPreparation preparation,
            CrashLoopGuard crashLoops,
            Cancellations cancellations,
            CheckpointLog checkpoints,
            CheckpointFiles files,
            Duration checkpointInterval,
            ProgressPublisher progress,
            StageMetrics metrics) {}

    JobExecution(Services services, Claim claim, Job job) {
        super(
                services.runner(),
                claim,
                () -> services.cancellations().isCancelled(job.runId()),
                services.metrics());
        this.services = services;
        this.claim = claim;
        this.job = job;
        this.progress = new JobProgress(services.progress()::publish, job, child()::restarts);
    }

    @Override
    public StepResult run() {
        throwIfPointless();
        var latest = services.checkpoints().latest(job);
        // A step that was begun is resumed: trials of its search may be under way.
        var known =
                latest.isPresent() ? Optional.<CachedResult>empty() : services.cache().find(job);
        return known.isPresent() ? known(known.get()) : run(latest);
    }

    private StepResult known(CachedResult step) {
        progress.at(1, "cached, from run " + step.runId());
        return new StepResult.KnownModel(step);
    }

    private StepResult run(Optional<Checkpoint> latest) {
        progress.begunBefore(services.crashLoops().begin(claim, job, latest));
        var scratch = services.runner().scratch().resolve("preparation");
        var prepared =
                services.preparation()
                        .prepare(claim, job, latest, scratch, progress, this::isPointless);
        throwIfPointless();
        var task = services.runner().task(job, prepared.text());
        latest.filter(prepared::precedes)
                .ifPresent(
                        checkpoint ->
                                services.files()
                                        .restore(checkpoint, task.checkpoints(), progress::note));
        try (var watching = watch(task, prepared.kept());
                var log = new LogWatch(child(), LOG_INTERVAL, progress::log)) {
            watch = watching;
            log.start();
            losses = new LossRecorder(progress, task.checkpoints(), services.checkpointInterval());
            return withLosses(services.runner().run(task, child(), startedAt(), losses));
        }
    }

    private StepResult withLosses(StepResult result) {
        var curves = losses.curves();
        return result instanceof StepResult.PackedModel model && !curves.isEmpty()
                ? model.with(new TrainingLosses(curves))
                : result;
    }

    @Override
    public WorkTrace trace() {
        var recorder = losses;
        return recorder == null
                ? super.trace()
                : new WorkTrace(child().logTail(), recorder.curves());
    }

    private CheckpointWatch watch(StageTask task, ArtifactRef preparation) {
        try {
            return new CheckpointWatch(
                    task.checkpoints(),
                    services.runner().scratch(),
                    services.checkpointInterval(),
                    packed -> {
                        if (claim.isHeld()) {
                            var kept = services.files().keep(claim, job, preparation, packed);
                            services.metrics().checkpoint(kept.sizeBytes());
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isPointless() {
        return isAbandoned() || isLate();
    }

    private boolean isLate() {
        return Instant.now().isAfter(services.runner().deadline(startedAt()));
    }

    private void throwIfPointless() {
        if (isAbandoned()) {
            throw new FailureException(
                    Failure.Kind.CANCELLED, "The work was cancelled.", "Submit the run again.");
        }
        if (isLate()) {
            throw new FailureException(
                    Failure.Kind.DEADLINE,
                    "The preparation of step " + (job.step() + 1) + " took longer than allowed.",
                    "Ask for less work in this step, or raise pitlane.job.deadline.");
        }
    }

    @Override
    void beforeCancel() {
        var watching = watch;
        if (watching != null) {
            watching.flush(FLUSH_TIMEOUT);
            watching.close();
        }
    }

    @Override
    public void stop() {
        super.stop();
        services.crashLoops().release(claim, job);
    }
}
