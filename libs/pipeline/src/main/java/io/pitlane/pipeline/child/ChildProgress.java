package io.pitlane.pipeline.child;

/**
 * A progress line on the child's standard output.
 *
 * @param fraction done so far, 0..1
 * @param message what is being done
 */
public record ChildProgress(double fraction, String message) {}
