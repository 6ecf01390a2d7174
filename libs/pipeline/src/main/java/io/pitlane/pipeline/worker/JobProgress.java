package io.pitlane.pipeline.worker;

import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.TrainingLoss;
import io.pitlane.pipeline.process.ChildProcess;
import io.pitlane.pipeline.stage.ProgressListener;

/** Publishes the progress of the work on one job. */
final class JobProgress implements ProgressListener {
    private final ProgressPublisher publisher;
    private final Job job;
    private final ChildProcess child;
    private volatile int begunBefore;

    /**
     * @param child does the work
     */
    JobProgress(ProgressPublisher publisher, Job job, ChildProcess child) {
        this.publisher = publisher;
        this.job = job;
        this.child = child;
    }

    /** Other services that have begun the step before. */
    void begunBefore(int services) {
        begunBefore = services;
    }

    @Override
    public void at(double fraction, String message) {
        at(fraction, message, null);
    }

    @Override
    public void at(double fraction, String message, TrainingLoss loss) {
        publisher.publish(progress().fraction(fraction).message(message).loss(loss));
    }

    /** What is being done, where that does not tell how far the step is. */
    void note(String message) {
        publisher.publish(progress().message(message));
    }

    /** What the process has printed. */
    void log(String tail) {
        publisher.publish(progress().log(tail));
    }

    private Progress.Builder progress() {
        return Progress.builder()
                .runId(job.runId())
                .step(job.step())
                .stage(job.plan().steps().get(job.step()).stage())
                .attempt(begunBefore + child.restarts() + 1);
    }
}
