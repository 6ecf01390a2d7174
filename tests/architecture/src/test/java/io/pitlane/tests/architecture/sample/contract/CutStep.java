package io.pitlane.tests.architecture.sample.contract;

/** A technique's step. */
public record CutStep(double ratio) {}
