package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.validation.Problems;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a quantized model may cost: layers stay float as long as it fits, those first that lose most
 * by quantization. One of the three limits.
 *
 * @param macsInt8 least share of the multiply-accumulates in int8, 0..1
 * @param sizeBytes most bytes of all parameters: one for a quantized weight, four for any other; of
 *     the packed file where weights are trained for it
 * @param latencyMillis most milliseconds of a call with one image on one thread
 * @param engine that the latency is measured on; null without {@code latencyMillis}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuantizationBudget(
        Double macsInt8, Long sizeBytes, Double latencyMillis, Engine engine) {

    /** Reports what is wrong. */
    public void check(Problems problems) {
        long limits =
                Stream.of(macsInt8, sizeBytes, latencyMillis).filter(Objects::nonNull).count();
        if (limits != 1) {
            problems.add("must have one of macsInt8, sizeBytes and latencyMillis");
        }
        problems.require(
                macsInt8 == null || macsInt8 >= 0 && macsInt8 <= 1,
                "macsInt8",
                "must be between 0 and 1, but is " + macsInt8);
        problems.require(
                sizeBytes == null || sizeBytes >= 1,
                "sizeBytes",
                "must be at least 1, but is " + sizeBytes);
        problems.require(
                latencyMillis == null || latencyMillis > 0,
                "latencyMillis",
                "must be above 0, but is " + latencyMillis);
        problems.require(
                (latencyMillis == null) == (engine == null),
                "engine",
                latencyMillis == null
                        ? "has an effect with latencyMillis only; leave it out"
                        : "is missing; name the engine that latencyMillis is measured on");
    }
}
