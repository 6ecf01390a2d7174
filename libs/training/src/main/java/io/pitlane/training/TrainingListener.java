package io.pitlane.training;

/** Receives the progress of a training, about once a second, on the training thread. */
@FunctionalInterface
public interface TrainingListener {

    /** Ignores progress. */
    TrainingListener NONE = (fraction, message) -> {};

    /**
     * Called with the progress so far.
     *
     * @param fraction share of the steps done, 0..1
     * @param message epoch and loss, for people
     */
    void onProgress(double fraction, String message);
}
