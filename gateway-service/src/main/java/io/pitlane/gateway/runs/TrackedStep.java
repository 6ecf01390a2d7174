package io.pitlane.gateway.runs;

import io.pitlane.contract.run.Progress;
import io.pitlane.pipeline.stage.LossHistory;
import java.util.Objects;

/** The progress of a step, assembled from events that tell a part of it each. Not thread-safe. */
final class TrackedStep {
    private static final int MOST_LOSSES = 1600;

    private final LossHistory losses = new LossHistory(MOST_LOSSES);
    private Progress latest;
    private Progress begin;
    private String log;

    /**
     * Applies an event. The log orders the events of a run: the clocks of the replicas that report
     * may differ.
     *
     * @return the event with what it does not tell but is known; without a log, unless it brings a
     *     new one
     */
    Progress accept(Progress event) {
        if (event.log() != null) {
            log = event.log();
        }
        if (event.loss() != null) {
            losses.add(event.loss());
        }
        var whole = latest == null ? complete(event) : completed(event, latest);
        if (event.fraction() != null && beginsAgain(event)) {
            begin = whole;
        }
        latest = whole.toBuilder().log(null).loss(null).build();
        return whole;
    }

    /** A process that dies, and one that takes the step over, begin where its checkpoint was. */
    private boolean beginsAgain(Progress event) {
        return begin == null
                || event.fraction() < latest.fraction()
                || event.attempt() != null && !Objects.equals(event.attempt(), begin.attempt());
    }

    private static Progress complete(Progress event) {
        return event.toBuilder()
                .fraction(Objects.requireNonNullElse(event.fraction(), 0.0))
                .message(Objects.requireNonNullElse(event.message(), ""))
                .build();
    }

    /** Progress of a trial has no fraction of the step, and is not of the step's replica. */
    private static Progress completed(Progress event, Progress before) {
        boolean ofStep = event.fraction() != null || before.replica() == null;
        return event.toBuilder()
                .fraction(Objects.requireNonNullElse(event.fraction(), before.fraction()))
                .message(Objects.requireNonNullElse(event.message(), before.message()))
                .replica(ofStep ? event.replica() : before.replica())
                .gpus(ofStep ? event.gpus() : before.gpus())
                .attempt(ofStep ? event.attempt() : before.attempt())
                .build();
    }

    /** The latest progress, with the log. */
    Progress latest() {
        return latest.toBuilder().log(log).build();
    }

    /** The latest progress, without the log. */
    Progress brief() {
        return latest;
    }

    /** All that is known. */
    StepProgress snapshot() {
        return new StepProgress(latest(), Pace.between(begin, latest), losses.points());
    }
}
