package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the model is for; it decides how accuracy is measured. */
public enum Task {
    CLASSIFICATION,
    SEGMENTATION,
    DETECTION,
    REGRESSION;

    /** The name as it stands in a plan. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
