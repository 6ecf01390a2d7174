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
        Instant at) {}
