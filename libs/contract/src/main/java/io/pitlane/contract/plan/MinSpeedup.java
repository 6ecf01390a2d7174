package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.engine.Engine;

/**
 * How much faster than the original the candidate must be at one batch size.
 *
 * @param batch images per call; 1 when the plan does not say
 * @param ratio smallest allowed speed-up, above 0: 1 is "not slower", 2 is "twice as fast"
 * @param engine the engine that has to reach it; null for the fastest of those that the candidate
 *     is delivered for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MinSpeedup(Integer batch, Double ratio, Engine engine) {

    public MinSpeedup {
        batch = batch == null ? Integer.valueOf(1) : batch;
    }

    /** On the fastest engine. */
    public MinSpeedup(Integer batch, Double ratio) {
        this(batch, ratio, null);
    }
}
