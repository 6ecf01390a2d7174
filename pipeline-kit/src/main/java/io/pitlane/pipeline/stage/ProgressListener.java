package io.pitlane.pipeline.stage;

/** Is told how far a stage's work is. */
@FunctionalInterface
public interface ProgressListener {

    /** A listener for those who do not want to know. */
    ProgressListener NONE = (fraction, message) -> {};

    /**
     * Takes note.
     *
     * @param fraction done so far, 0..1
     * @param message what is being done, in a few words for people
     */
    void at(double fraction, String message);
}
