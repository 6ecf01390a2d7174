package io.pitlane.tests.architecture.sample.pipeline;

/** A pipeline that knows tensors. */
public record Sender(org.tensorflow.Tensor tensor) {}
