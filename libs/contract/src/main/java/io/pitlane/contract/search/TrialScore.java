package io.pitlane.contract.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outcome of one {@link Trial}.
 *
 * @param runId the run
 * @param step index of the search's step in the plan
 * @param number which trial of the search, from 0; -1 for the original
 * @param genome the architecture; null when the trial could not be read
 * @param epochs passes over the training set
 * @param shape input and output sizes of the original; null for any other trial
 * @param accuracy accuracy on the validation split, 0..1; 0 when the trial failed
 * @param macs multiply-accumulates per image
 * @param parameters weights and biases
 * @param latencyMillis median time of one image, where the objective asks for it; else null
 * @param failure why there is no score, in one sentence; null when there is one
 * @param replica the replica that ran it
 * @param seconds how long it took
 * @param at when it ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrialScore(
        String runId,
        int step,
        int number,
        String genome,
        int epochs,
        ClassifierShape shape,
        double accuracy,
        long macs,
        long parameters,
        Double latencyMillis,
        String failure,
        String replica,
        double seconds,
        Instant at) {

    private static final Pattern TRIAL_KEY =
            Pattern.compile("([^:]+):(\\d{1,9}):(-?\\d{1,9}):(\\d{1,9})");

    /**
     * A score as the stage measures it; the worker adds replica, duration and time.
     *
     * @param latencyMillis null where the objective does not ask for it
     */
    public static TrialScore of(
            Trial trial, double accuracy, long macs, long parameters, Double latencyMillis) {
        return of(trial, accuracy, macs, parameters, latencyMillis, null);
    }

    /**
     * A trial that failed because of its architecture, as by a loss that diverges.
     *
     * @param why in one sentence
     */
    public static TrialScore failed(Trial trial, String why) {
        return of(trial, 0, 0, 0, null, why);
    }

    /**
     * A trial that failed because it cannot be read; only its record key is known.
     *
     * @param why in one sentence
     * @return empty when the key is not that of a trial
     */
    public static Optional<TrialScore> unreadable(String trialKey, String why) {
        return Optional.ofNullable(trialKey)
                .map(TRIAL_KEY::matcher)
                .filter(Matcher::matches)
                .map(
                        key ->
                                builder()
                                        .runId(key.group(1))
                                        .step(Integer.parseInt(key.group(2)))
                                        .number(Integer.parseInt(key.group(3)))
                                        .epochs(Integer.parseInt(key.group(4)))
                                        .failure(why)
                                        .build());
    }

    private static TrialScore of(
            Trial trial,
            double accuracy,
            long macs,
            long parameters,
            Double latencyMillis,
            String failure) {
        return builder()
                .runId(trial.job().runId())
                .step(trial.job().step())
                .number(trial.number())
                .genome(trial.genome())
                .epochs(trial.epochs())
                .accuracy(accuracy)
                .macs(macs)
                .parameters(parameters)
                .latencyMillis(latencyMillis)
                .failure(failure)
                .build();
    }

    /** The same with the input and output sizes of the original. */
    public TrialScore with(ClassifierShape original) {
        return toBuilder().shape(original).build();
    }

    /** The same with the replica that ran it, the duration in seconds, and when it ended. */
    public TrialScore by(String who, double took, Instant when) {
        return toBuilder().replica(who).seconds(took).at(when).build();
    }

    /** The key of the {@link Trial} it belongs to. */
    public String key() {
        return Trial.key(runId, step, number, epochs);
    }

    /** A score of which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.runId = runId;
        builder.step = step;
        builder.number = number;
        builder.genome = genome;
        builder.epochs = epochs;
        builder.shape = shape;
        builder.accuracy = accuracy;
        builder.macs = macs;
        builder.parameters = parameters;
        builder.latencyMillis = latencyMillis;
        builder.failure = failure;
        builder.replica = replica;
        builder.seconds = seconds;
        builder.at = at;
        return builder;
    }

    /** Sets a score by name. */
    public static final class Builder {
        private String runId;
        private int step;
        private int number;
        private String genome;
        private int epochs;
        private ClassifierShape shape;
        private double accuracy;
        private long macs;
        private long parameters;
        private Double latencyMillis;
        private String failure;
        private String replica;
        private double seconds;
        private Instant at;

        private Builder() {}

        public Builder runId(String value) {
            this.runId = value;
            return this;
        }

        public Builder step(int value) {
            this.step = value;
            return this;
        }

        public Builder number(int value) {
            this.number = value;
            return this;
        }

        public Builder genome(String value) {
            this.genome = value;
            return this;
        }

        public Builder epochs(int value) {
            this.epochs = value;
            return this;
        }

        public Builder shape(ClassifierShape value) {
            this.shape = value;
            return this;
        }

        public Builder accuracy(double value) {
            this.accuracy = value;
            return this;
        }

        public Builder macs(long value) {
            this.macs = value;
            return this;
        }

        public Builder parameters(long value) {
            this.parameters = value;
            return this;
        }

        public Builder latencyMillis(Double value) {
            this.latencyMillis = value;
            return this;
        }

        public Builder failure(String value) {
            this.failure = value;
            return this;
        }

        public Builder replica(String value) {
            this.replica = value;
            return this;
        }

        public Builder seconds(double value) {
            this.seconds = value;
            return this;
        }

        public Builder at(Instant value) {
            this.at = value;
            return this;
        }

        public TrialScore build() {
            return new TrialScore(
                    runId,
                    step,
                    number,
                    genome,
                    epochs,
                    shape,
                    accuracy,
                    macs,
                    parameters,
                    latencyMillis,
                    failure,
                    replica,
                    seconds,
                    at);
        }
    }
}
