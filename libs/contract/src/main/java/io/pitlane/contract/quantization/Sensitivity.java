package io.pitlane.contract.quantization;

/** What is measured layer by layer. */
public record Sensitivity() {}
