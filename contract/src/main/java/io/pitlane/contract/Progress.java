package io.pitlane.contract;

import java.time.Instant;

/**
 * How far a step is.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param stage the stage at work
 * @param fraction done so far, 0..1; null for news of a trial, which do not tell how far the step
 *     is
 * @param message what is being done, in a few words for people
 * @param at when this was so
 */
public record Progress(
        String runId, int step, StageName stage, Double fraction, String message, Instant at) {}
