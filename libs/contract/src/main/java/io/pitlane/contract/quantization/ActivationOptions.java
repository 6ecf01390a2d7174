package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How activations are quantized.
 *
 * @param type whether the integers have a zero point
 */
public record ActivationOptions(Type type) {

    /** Whether the integers have a zero point. */
    public enum Type {
        /** A range is covered from its lowest to its highest value, with a zero point. */
        @JsonProperty("asymmetric")
        ASYMMETRIC,
        /**
         * The integer of 0 is 0: signed integers for a range with negative values, unsigned ones
         * for others.
         */
        @JsonProperty("symmetric")
        SYMMETRIC
    }

    public static final ActivationOptions DEFAULT = new ActivationOptions(null);

    public ActivationOptions {
        type = type == null ? Type.ASYMMETRIC : type;
    }
}
