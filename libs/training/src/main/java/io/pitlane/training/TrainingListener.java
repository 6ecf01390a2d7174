package io.pitlane.training;

/** Hears how far training has come; called about once a second from the training thread. */
@FunctionalInterface
public interface TrainingListener {

    /** Hears nothing. */
    TrainingListener NONE = (fraction, message) -> {};

    /**
     * Training has come so far.
     *
     * @param fraction share of the steps done, 0..1
     * @param message epoch and loss, for people
     */
    void at(double fraction, String message);
}
