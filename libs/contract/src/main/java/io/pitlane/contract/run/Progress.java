package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.TrainingLoss;
import java.time.Instant;

/**
 * The progress of a step. What an event does not tell is null; a reader keeps what it knows.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param stage the stage at work
 * @param fraction done so far, 0..1; null for progress of a trial, which says nothing about the
 *     step's
 * @param message what is being done, in a few words
 * @param at when it was reported
 * @param replica name of the replica that reports
 * @param gpus GPUs that the replica has
 * @param attempt number of the attempt at the step or trial, from 1: a process that dies, and a
 *     service that dies with it, begin another
 * @param loss how a training goes
 * @param log the end of what the process has printed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Progress(
        String runId,
        int step,
        StageName stage,
        Double fraction,
        String message,
        Instant at,
        String replica,
        Integer gpus,
        Integer attempt,
        TrainingLoss loss,
        String log) {

    /** Progress of which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.runId = runId;
        builder.step = step;
        builder.stage = stage;
        builder.fraction = fraction;
        builder.message = message;
        builder.at = at;
        builder.replica = replica;
        builder.gpus = gpus;
        builder.attempt = attempt;
        builder.loss = loss;
        builder.log = log;
        return builder;
    }

    /** Sets progress by name. */
    public static final class Builder {
        private String runId;
        private int step;
        private StageName stage;
        private Double fraction;
        private String message;
        private Instant at;
        private String replica;
        private Integer gpus;
        private Integer attempt;
        private TrainingLoss loss;
        private String log;

        private Builder() {}

        public Builder runId(String value) {
            this.runId = value;
            return this;
        }

        public Builder step(int value) {
            this.step = value;
            return this;
        }

        public Builder stage(StageName value) {
            this.stage = value;
            return this;
        }

        public Builder fraction(Double value) {
            this.fraction = value;
            return this;
        }

        public Builder message(String value) {
            this.message = value;
            return this;
        }

        public Builder at(Instant value) {
            this.at = value;
            return this;
        }

        public Builder replica(String value) {
            this.replica = value;
            return this;
        }

        public Builder gpus(Integer value) {
            this.gpus = value;
            return this;
        }

        public Builder attempt(Integer value) {
            this.attempt = value;
            return this;
        }

        public Builder loss(TrainingLoss value) {
            this.loss = value;
            return this;
        }

        public Builder log(String value) {
            this.log = value;
            return this;
        }

        public Progress build() {
            return new Progress(
                    runId, step, stage, fraction, message, at, replica, gpus, attempt, loss, log);
        }
    }
}
