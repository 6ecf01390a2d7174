package io.pitlane.contract.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The JSON Schema of a plan (draft-07): for editors, and for forms. It accepts every plan that
 * {@link PlanReader} accepts, but also some that have options without effect.
 */
public final class PlanSchema {
    private static final String FILE = "plan.schema.json";

    private PlanSchema() {}

    /** The schema as JSON. */
    public static String json() {
        try (var file = PlanSchema.class.getResourceAsStream(FILE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
