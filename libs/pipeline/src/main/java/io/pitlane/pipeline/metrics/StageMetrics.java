package io.pitlane.pipeline.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.step.StageName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The meters of a stage; docs/reference/metrics.md explains each. Every meter exists from the
 * start: a rate over one that appears with its first count misses that count.
 */
public final class StageMetrics {
    /** Jobs take from a second to a day. */
    private static final Duration[] WORK = seconds(1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400);

    /** Most of a hand-over is the upload of a model. */
    private static final Duration[] HAND_OVER =
            Stream.of(20, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final String stage;
    private final int gpus;

    /** The outcome of a job or a trial. */
    public enum Outcome {
        /** Its result was handed over. */
        DONE,
        /** The result of an earlier run was handed over, without any work. */
        CACHED,
        /** Its failure was handed over. */
        FAILED,
        /** Malformed: became a dead letter. */
        REJECTED,
        /** Nobody waited for its result: its run is cancelled, or its search has ended. */
        DISMISSED,
        /** Left to another replica, or until after the restart. */
        GIVEN_BACK
    }

    /**
     * The meters of one service.
     *
     * @param gpus number of GPUs that its work has
     */
    public StageMetrics(MeterRegistry registry, StageName stage, int gpus) {
        this.registry = registry;
        this.stage = stage.label();
        this.gpus = gpus;
        for (var outcome : Outcome.values()) {
            count("pitlane.jobs", outcome);
            count("pitlane.trials", outcome);
        }
        Arrays.stream(Failure.Kind.values()).forEach(this::failures);
        jobSeconds();
        handOverSeconds();
        deadLetters();
        childRestarts();
        checkpointBytes();
        gpuSeconds();
    }

    private static Duration[] seconds(long... seconds) {
        return Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
    }

    /** Counts a job, and the time that it took. */
    public void job(Outcome outcome, Duration took) {
        count("pitlane.jobs", outcome).increment();
        work(took);
        if (outcome == Outcome.DONE || outcome == Outcome.FAILED) {
            jobSeconds().record(took);
        }
    }

    /** Counts a trial, and the time that it took. */
    public void trial(Outcome outcome, Duration took) {
        count("pitlane.trials", outcome).increment();
        work(took);
    }

    private void work(Duration took) {
        gpuSeconds().increment(gpus * took.toMillis() / 1000.0);
    }

    /** Counts a run that failed at this stage. */
    public void failed(Failure.Kind kind) {
        failures(kind).increment();
    }

    /** Times a hand-over. */
    public <T> T handOver(Supplier<T> handOver) {
        return handOverSeconds().record(handOver);
    }

    /** Counts a dead letter. */
    public void deadLetter() {
        deadLetters().increment();
    }

    /** Counts children that died and were started again. */
    public void childRestarts(int times) {
        childRestarts().increment(times);
    }

    /** Counts the bytes of a checkpoint. */
    public void checkpoint(long bytes) {
        checkpointBytes().increment(bytes);
    }

    private Counter count(String name, Outcome outcome) {
        return Counter.builder(name)
                .description("Processed, by outcome")
                .tag("stage", stage)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private Counter failures(Failure.Kind kind) {
        return Counter.builder("pitlane.failures")
                .description("Runs that ended at this stage without a result")
                .tag("stage", stage)
                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private Timer jobSeconds() {
        return Timer.builder("pitlane.job")
                .description("From taking a job to having handed it over")
                .tag("stage", stage)
                .serviceLevelObjectives(WORK)
                .register(registry);
    }

    private Timer handOverSeconds() {
        return Timer.builder("pitlane.handover")
                .description("The transaction that hands a job's outcome over, with its model")
                .tag("stage", stage)
                .serviceLevelObjectives(HAND_OVER)
                .register(registry);
    }

    private Counter deadLetters() {
        return counter("pitlane.dead.letters", "Messages that became dead letters", null);
    }

    private Counter childRestarts() {
        return counter("pitlane.child.restarts", "Work processes that died and were retried", null);
    }

    private Counter checkpointBytes() {
        return counter("pitlane.checkpoint", "Checkpoints sent to the log", "bytes");
    }

    private Counter gpuSeconds() {
        return counter("pitlane.gpu", "Seconds of work, times the GPUs it had", "seconds");
    }

    private Counter counter(String name, String description, String unit) {
        return Counter.builder(name)
                .description(description)
                .baseUnit(unit)
                .tag("stage", stage)
                .register(registry);
    }
}
