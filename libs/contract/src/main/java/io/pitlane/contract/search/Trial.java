package io.pitlane.contract.search;

import io.pitlane.contract.run.Job;

/**
 * One architecture, to be trained and scored by any nas replica.
 *
 * @param job the search's job, with the plan, the data and the models
 * @param number which trial of the search, from 0; -1 for {@link #ofOriginal the original}
 * @param genome the architecture
 * @param epochs passes over the training set; 0 for none
 */
public record Trial(Job job, int number, String genome, int epochs) {
    /** In place of a genome: the original model. */
    public static final String ORIGINAL = "original";

    /** The number of the original's trial. */
    public static final int ORIGINAL_NUMBER = -1;

    /** The original, measured without training: the baseline of the search. */
    public static Trial ofOriginal(Job job) {
        return new Trial(job, ORIGINAL_NUMBER, ORIGINAL, 0);
    }

    /** Display name: {@code trial 7}, {@code the original}. */
    public String title() {
        return number == ORIGINAL_NUMBER ? "the original" : "trial " + number;
    }

    /** The record key of its score, unique among all trials of all runs. */
    public String key() {
        return key(job.runId(), job.step(), number, epochs);
    }

    static String key(String runId, int step, int number, int epochs) {
        return runId + ":" + step + ":" + number + ":" + epochs;
    }
}
