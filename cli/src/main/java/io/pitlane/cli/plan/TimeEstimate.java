package io.pitlane.cli.plan;

import io.pitlane.contract.step.StageName;
import io.pitlane.contract.step.StepWork;

/**
 * A rough estimate of the time that the steps of a plan take on this machine, from the work that
 * their options ask for. Each step counts as if it worked on the original.
 *
 * @param secondsPerImage of the original, without gradients
 * @param train number of training images
 * @param test number of test images
 * @param models number of models of the run that bench measures
 */
record TimeEstimate(double secondsPerImage, int train, int test, int models) {
    /** A process starts, and reads the model and the images. */
    private static final double START_SECONDS = 4;

    /** Forward and backward of the model, which is about three times forward, and a teacher. */
    private static final double TRAINING_FACTOR = 4;

    private static final int ENGINES = 3;

    /** Seconds of a step. */
    double seconds(StageName stage, StepWork work) {
        var training = work.epochs() * train * TRAINING_FACTOR;
        var statistics = Math.min(work.images(), train);
        var measuring = stage == StageName.BENCH ? (double) models * ENGINES * test : 0;
        return START_SECONDS
                + (training + statistics + measuring) * secondsPerImage
                + work.modelSeconds() * models;
    }

    /** A time in words, no more precise than the estimate: "about 3 min". */
    static String words(double seconds) {
        if (seconds < 100) {
            return "about %d s".formatted(Math.max(1, Math.round(seconds / 5)) * 5);
        }
        return seconds < 100 * 60
                ? "about %d min".formatted(Math.round(seconds / 60))
                : "about %d h".formatted(Math.round(seconds / 3600));
    }
}
