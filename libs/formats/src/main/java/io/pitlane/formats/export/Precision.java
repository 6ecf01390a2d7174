package io.pitlane.formats.export;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The number format of an exported model's weights and arithmetic. */
public enum Precision {
    /** Everything in float32; the rounding of a quantized graph's activations is left out. */
    FLOAT32,
    /** Weights stored in float16, arithmetic in float32 or float16 as the engine decides. */
    FLOAT16,
    /** The bfloat16 layers of a graph in bfloat16, everything else in float32. */
    BFLOAT16,
    /** The int8 layers of a quantized graph in int8, everything else in float32. */
    INT8;

    /** The name in commands: {@code float16}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
