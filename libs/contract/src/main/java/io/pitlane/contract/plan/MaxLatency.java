package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.engine.Engine;

/**
 * How long a call of the candidate may take at one batch size, in milliseconds.
 *
 * @param batch images per call; 1 when the plan does not say
 * @param p50 largest allowed median, above 0; null for no limit
 * @param p99 largest allowed 99th percentile, above 0; null for no limit
 * @param engine the engine that has to keep it; null for the fastest of those that the candidate is
 *     delivered for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaxLatency(Integer batch, Double p50, Double p99, Engine engine) {

    public MaxLatency {
        batch = batch == null ? Integer.valueOf(1) : batch;
    }

    /** On the fastest engine. */
    public MaxLatency(Integer batch, Double p50, Double p99) {
        this(batch, p50, p99, null);
    }
}
