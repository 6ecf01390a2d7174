package io.pitlane.pipeline.worker;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.pipeline.checkpoint.CheckpointWatch;
import io.pitlane.pipeline.process.ChildProcess;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * One job at work on this replica: taken up where a predecessor left it, prepared, done in a child,
 * its checkpoints kept meanwhile.
 */
final class JobWork implements Shift.Work {
    private static final Duration LAST_CHECKPOINT = Duration.ofSeconds(10);

    private final JobTools tools;
    private final Claim claim;
    private final Job job;
    private final Instant startedAt = Instant.now();
    private final ChildProcess child;
    private final Tenure tenure;
    private volatile CheckpointWatch watch;
    private volatile boolean stopped;

    JobWork(JobTools tools, Claim claim, Job job) {
        this.tools = tools;
        this.claim = claim;
        this.job = job;
        this.child = tools.workshop().child(startedAt);
        this.tenure = new Tenure(claim, () -> false, child::cancel);
    }

    /**
     * Does the job.
     *
     * @throws FailureException when the run cannot go on
     */
    Workshop.Product make() {
        throwIfPointless();
        var before = tools.log().latest(job);
        tools.attempts().begin(job, before);
        var scratch = tools.workshop().scratch().resolve("preparation");
        var prepared = tools.preparing().of(job, before, scratch, this::tell, this::isPointless);
        throwIfPointless();
        var task = tools.workshop().task(job, prepared.text());
        before.filter(prepared::precedes)
                .ifPresent(
                        c -> tools.restore().into(task.checkpoints(), c, news -> tell(null, news)));
        try (var watching = watch(task, prepared.kept())) {
            watch = watching;
            return tools.workshop().make(task, child, startedAt, this::tell);
        }
    }

    private CheckpointWatch watch(StageTask task, ArtifactRef preparation) {
        try {
            return new CheckpointWatch(
                    task.checkpoints(),
                    tools.workshop().scratch(),
                    tools.checkpointEvery(),
                    packed -> {
                        if (claim.stands()) {
                            var kept = tools.log().keep(job, preparation, packed);
                            tools.metrics().checkpoint(kept.sizeBytes());
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell(Double fraction, String message) {
        tools.news().tell(job, fraction, message);
    }

    private boolean isPointless() {
        return isAbandoned() || isLate();
    }

    private boolean isLate() {
        return Instant.now().isAfter(tools.workshop().deadline(startedAt));
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

    /** Whether this replica does not go on with the job, whatever comes of its work. */
    boolean isAbandoned() {
        return stopped || tenure.isOver();
    }

    /** Ends the work soon; what the child has put down by now is kept for whoever goes on. */
    @Override
    public void stop() {
        stopped = true;
        var watching = watch;
        if (watching != null) {
            watching.flush(LAST_CHECKPOINT);
            watching.close();
        }
        child.cancel();
        tools.attempts().giveBack(claim, job);
    }

    /** The end of the child's log. */
    String log() {
        return child.logTail();
    }

    /** Since it was begun. */
    Duration took() {
        return Duration.between(startedAt, Instant.now());
    }

    @Override
    public void close() {
        tenure.close();
        tools.metrics().childRestarts(child.restarts());
    }
}
