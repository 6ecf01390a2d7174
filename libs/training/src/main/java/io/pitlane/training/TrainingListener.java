package io.pitlane.training;

import io.pitlane.contract.training.TrainingLoss;

/** Receives the progress of a training, about once a second, on the training thread. */
@FunctionalInterface
public interface TrainingListener {

    /** Ignores progress. */
    TrainingListener NONE = (fraction, message, loss) -> {};

    /**
     * Called with the progress so far.
     *
     * @param fraction share of the steps done, 0..1
     * @param message epoch and loss, for people
     * @param loss a point of the loss curve; null where the message is about something else
     */
    void onProgress(double fraction, String message, TrainingLoss loss);
}
