package io.pitlane.tests.architecture.sample.graph;

import io.pitlane.tests.architecture.sample.contract.CutStep;
import io.pitlane.tests.architecture.sample.prune.Second;
import io.pitlane.tests.architecture.sample.training.Trainer;

/** A library that knows a technique, its step, and a library above it. */
public record Node(
        Second technique, CutStep step, Trainer above, org.apache.kafka.common.Uuid id) {}
