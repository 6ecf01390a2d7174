package io.pitlane.contract.quantization;

/** What is done about the error of quantization, without labels and without training. */
public record Corrections() {}
