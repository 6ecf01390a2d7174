package io.pitlane.bench;

import io.pitlane.contract.engine.Engine;

/**
 * The latencies of one model on one engine, with one number of threads, at one batch size.
 *
 * @param model what was timed
 * @param threads threads that computed one call
 * @param timings one latency a round
 */
record EngineTimings(ModelOnEngine model, int threads, Timings timings) {

    Engine engine() {
        return model.engine();
    }

    /** Whether both were timed in the same rounds. */
    boolean isBeside(EngineTimings other) {
        return threads == other.threads && timings.batch() == other.timings.batch();
    }
}
