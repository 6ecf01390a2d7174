package io.pitlane.contract.quantization;

/** How weights are quantized. */
public record WeightOptions() {}
