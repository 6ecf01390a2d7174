package io.pitlane.tests.architecture.sample.training;

import io.pitlane.tests.architecture.sample.training.loss.Loss;

/** Depends on its loss, which depends on it. */
public record Trainer(Loss loss) {}
