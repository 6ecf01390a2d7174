package io.pitlane.formats.export;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The type of the input of an exported model. */
public enum InputType {
    /** As the model has it. */
    FLOAT32,
    /** Bytes 0..255, the integers of the input's own quantization. */
    UINT8,
    /** Bytes -128..127: those integers less 128. */
    INT8;

    /** The name in commands: {@code uint8}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
