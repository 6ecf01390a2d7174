package io.pitlane.contract.quantization;

/** How activations are quantized. */
public record ActivationOptions() {}
