package io.pitlane.contract.run;

import io.pitlane.contract.step.StageName;
import java.time.Instant;

/**
 * The progress of a step.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param stage the stage at work
 * @param fraction done so far, 0..1; null for progress of a trial, which says nothing about the
 *     step's
 * @param message what is being done, in a few words
 * @param at when it was reported
 */
public record Progress(
        String runId, int step, StageName stage, Double fraction, String message, Instant at) {}
