package io.pitlane.tests.architecture.sample.prune;

/** One public type of a technique. */
public record Fifth() {}
