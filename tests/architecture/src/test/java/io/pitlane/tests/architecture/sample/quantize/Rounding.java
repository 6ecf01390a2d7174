package io.pitlane.tests.architecture.sample.quantize;

/** Another technique. */
public record Rounding(double step) {}
