package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When a candidate that passed is announced on the released topic. */
public enum ReleaseMode {
    /** At once, by bench. */
    AUTOMATIC,
    /** When somebody has approved it. */
    MANUAL;

    /** The name in a plan. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
