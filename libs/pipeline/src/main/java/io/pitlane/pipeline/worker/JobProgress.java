package io.pitlane.pipeline.worker;

import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** Publishes the progress of the work on one job. */
final class JobProgress implements ProgressListener {
    private final Consumer<Progress.Builder> publisher;
    private final Job job;
    private final IntSupplier restarts;
    private volatile int begunBefore;
    private Progress.Builder latest;
    private String log;

    /**
     * @param publisher adds who reports, and when
     * @param restarts how many times the work process has died
     */
    JobProgress(Consumer<Progress.Builder> publisher, Job job, IntSupplier restarts) {
        this.publisher = publisher;
        this.job = job;
        this.restarts = restarts;
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
    public synchronized void at(double fraction, String message, TrainingLoss loss) {
        latest = progress().fraction(fraction).message(message);
        publisher.accept(latest.build().toBuilder().loss(loss).log(log));
        log = null;
    }

    /** What is being done, where that does not tell how far the step is. */
    void note(String message) {
        publisher.accept(progress().message(message));
    }

    /** What the process has printed; goes with the latest progress, or with the first. */
    synchronized void log(String tail) {
        if (latest == null) {
            log = tail;
        } else {
            publisher.accept(latest.build().toBuilder().log(tail));
        }
    }

    private Progress.Builder progress() {
        return Progress.builder()
                .runId(job.runId())
                .step(job.step())
                .stage(job.plan().steps().get(job.step()).stage())
                .attempt(begunBefore + restarts.getAsInt() + 1);
    }
}
