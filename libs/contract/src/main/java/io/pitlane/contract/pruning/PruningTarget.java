package io.pitlane.contract.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.validation.Problems;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the pruned model may cost at most. One of these.
 *
 * @param macs share of the multiply-accumulates of the model before the step, above 0 and below 1
 * @param parameters share of its parameters, above 0 and below 1
 * @param sizeBytes bytes of all parameters, four for each
 * @param latencyMillis milliseconds of a call with one image, as this machine predicts them
 * @param engine that the latency is of; null without one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PruningTarget(
        Double macs, Double parameters, Long sizeBytes, Double latencyMillis, Engine engine) {

    public PruningTarget {
        engine = engine == null && latencyMillis != null ? Engine.TENSORFLOW : engine;
    }

    /** A share of the multiply-accumulates. */
    public static PruningTarget ofMacs(double share) {
        return new PruningTarget(share, null, null, null, null);
    }

    /** A share of the parameters. */
    public static PruningTarget ofParameters(double share) {
        return new PruningTarget(null, share, null, null, null);
    }

    /** Bytes of all parameters. */
    public static PruningTarget ofSize(long bytes) {
        return new PruningTarget(null, null, bytes, null, null);
    }

    /** Milliseconds of a call with one image on an engine. */
    public static PruningTarget ofLatency(double millis, Engine engine) {
        return new PruningTarget(null, null, null, millis, engine);
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        if (Stream.of(macs, parameters, sizeBytes, latencyMillis).filter(Objects::nonNull).count()
                != 1) {
            problems.add("must have one of macs, parameters, sizeBytes and latencyMillis");
        }
        checkShare(macs, "macs", problems);
        checkShare(parameters, "parameters", problems);
        problems.require(
                sizeBytes == null || sizeBytes >= 1,
                "sizeBytes",
                "must be at least 1, but is " + sizeBytes);
        problems.require(
                latencyMillis == null || latencyMillis > 0,
                "latencyMillis",
                "must be above 0, but is " + latencyMillis);
        problems.require(
                engine == null || latencyMillis != null,
                "engine",
                "has an effect with latencyMillis only; leave it out");
    }

    private static void checkShare(Double share, String field, Problems problems) {
        problems.require(
                share == null || share > 0 && share < 1,
                field,
                "must be above 0 and below 1, a share of the model before, but is " + share);
    }
}
