package io.pitlane.tests.architecture.sample.training.loss;

import io.pitlane.tests.architecture.sample.training.Trainer;

/** One half of a cycle. */
public record Loss(Trainer trainer) {}
