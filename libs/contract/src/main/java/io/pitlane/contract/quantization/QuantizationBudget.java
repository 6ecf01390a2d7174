package io.pitlane.contract.quantization;

/** What a quantized model may cost. */
public record QuantizationBudget() {}
