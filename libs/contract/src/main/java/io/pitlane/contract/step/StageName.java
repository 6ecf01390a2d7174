package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A technique service, by the name its topic, its step in a plan and its models' labels carry. */
public enum StageName {
    PRUNE,
    DISTILL,
    NAS,
    QUANTIZE,
    BENCH;

    /** The name as users and topics spell it: {@code prune}, {@code nas}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
