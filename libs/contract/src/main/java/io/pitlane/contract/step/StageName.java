package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The name of a technique service, in topics, in the steps of a plan and in labels of models. */
public enum StageName {
    PRUNE,
    DISTILL,
    NAS,
    QUANTIZE,
    BENCH;

    /** The name in plans and topics: {@code prune}, {@code nas}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
