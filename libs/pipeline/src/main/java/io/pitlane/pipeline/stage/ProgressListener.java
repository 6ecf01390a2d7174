package io.pitlane.pipeline.stage;

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
}
