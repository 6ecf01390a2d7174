package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How much faster than the original the candidate must be at one batch size.
 *
 * @param batch images per call; 1 when the plan does not say
 * @param ratio smallest allowed speed-up, above 0: 1 is "not slower", 2 is "twice as fast"
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MinSpeedup(Integer batch, Double ratio) {

    public MinSpeedup {
        batch = batch == null ? Integer.valueOf(1) : batch;
    }
}
