package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;

/**
 * A decision on the candidate of a run whose plan has {@code release: manual}. The first one of a
 * run counts.
 *
 * @param runId the run
 * @param decision what was decided
 * @param by name of the API key or subject of the token; {@value #ANYBODY} at a gateway without
 *     authentication
 * @param reason why, 1 to {@value #MAX_REASON} characters
 * @param at when
 */
public record Approval(String runId, Decision decision, String by, String reason, Instant at) {
    /** Who decides where nobody has a name. */
    public static final String ANYBODY = "anonymous";

    /** Characters of the longest reason. */
    public static final int MAX_REASON = 1000;

    /** What is decided. */
    public enum Decision {
        /** The candidate is released. */
        APPROVE,
        /** It is not, for good. */
        REJECT;

        /** The name in a request. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What has happened to the candidate, as {@code approved}. */
        public String participle() {
            return this == APPROVE ? "approved" : "rejected";
        }
    }
}
