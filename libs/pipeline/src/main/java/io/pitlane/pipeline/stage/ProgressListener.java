package io.pitlane.pipeline.stage;

import io.pitlane.contract.training.TrainingLoss;

/** Receives the progress of a stage's work. */
@FunctionalInterface
public interface ProgressListener {

    /** Ignores progress. */
    ProgressListener NONE = (fraction, message) -> {};

    /**
     * Receives progress.
     *
     * @param fraction done so far, 0..1
     * @param message what is being done, in a few words
     */
    void at(double fraction, String message);

    /**
     * Receives the progress of a training.
     *
     * @param fraction done so far, 0..1
     * @param message what is being done, in a few words
     * @param loss a point of the loss curve; null where the message is about something else
     */
    default void at(double fraction, String message, TrainingLoss loss) {
        at(fraction, message);
    }

    /** A listener for a part of this work, between two fractions of it. */
    default ProgressListener part(double from, double to) {
        return new ProgressPart(this, from, to, null);
    }

    /**
     * A listener for a part of this work, between two fractions of it.
     *
     * @param name of the part, which goes before its messages
     */
    default ProgressListener part(double from, double to, String name) {
        return new ProgressPart(this, from, to, name);
    }
}
