package io.pitlane.tests.architecture.sample.prune;

import io.pitlane.tests.architecture.sample.quantize.Rounding;

/** A technique that knows another. */
public record First(Rounding other) {}
