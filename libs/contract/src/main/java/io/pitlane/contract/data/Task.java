package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The task of a model, which determines its accuracy metric. */
public enum Task {
    CLASSIFICATION,
    SEGMENTATION,
    DETECTION,
    REGRESSION;

    /** The name in a plan. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
