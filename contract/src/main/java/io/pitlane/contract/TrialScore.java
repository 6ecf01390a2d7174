package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * What came of one {@link Trial}.
 *
 * @param runId the run
 * @param step index of the search's step in the plan
 * @param number which trial of the search, from 0; -1 for the original
 * @param genome the architecture
 * @param epochs passes over the training set
 * @param shape what the original takes and gives; null for any other trial
 * @param accuracy share of the images set aside that are classified right, 0..1; 0 when the trial
 *     failed
 * @param macs multiply-accumulates an image
 * @param parameters weights and biases
 * @param latencyMillis median time of one image, where the objective asks for it; else null
 * @param failure why there is no score, in one sentence; null when there is one
 * @param replica who tried it
 * @param seconds how long it took
 * @param at when it was done
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

    /**
     * A score as the stage sees it; the worker adds who, how long and when.
     *
     * @param latencyMillis null where the objective does not ask for it
     */
    public static TrialScore of(
            Trial trial, double accuracy, long macs, long parameters, Double latencyMillis) {
        return of(trial, accuracy, macs, parameters, latencyMillis, null);
    }

    /**
     * A trial that came to nothing for reasons of its own, such as a loss that is no number.
     *
     * @param why in one sentence
     */
    public static TrialScore failed(Trial trial, String why) {
        return of(trial, 0, 0, 0, null, why);
    }

    private static TrialScore of(
            Trial trial,
            double accuracy,
            long macs,
            long parameters,
            Double latencyMillis,
            String failure) {
        return new TrialScore(
                trial.job().runId(),
                trial.job().step(),
                trial.number(),
                trial.genome(),
                trial.epochs(),
                null,
                accuracy,
                macs,
                parameters,
                latencyMillis,
                failure,
                null,
                0,
                null);
    }

    /** The same with what the original takes and gives. */
    public TrialScore with(ClassifierShape original) {
        return new TrialScore(
                runId,
                step,
                number,
                genome,
                epochs,
                original,
                accuracy,
                macs,
                parameters,
                latencyMillis,
                failure,
                replica,
                seconds,
                at);
    }

    /** The same with who tried it, for how many seconds, and when it was done. */
    public TrialScore by(String who, double took, Instant when) {
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
                who,
                took,
                when);
    }

    /** The key of the {@link Trial} it belongs to. */
    public String key() {
        return Trial.key(runId, step, number, epochs);
    }
}
