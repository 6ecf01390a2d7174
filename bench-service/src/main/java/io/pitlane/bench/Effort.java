package io.pitlane.bench;

/**
 * How long to time; every contender gets at least both.
 *
 * @param minSamples least timed calls of each contender
 * @param minSeconds least seconds spent in the timed calls of each contender
 */
record Effort(int minSamples, double minSeconds) {

    /** The share done, 0..1, when the contender timed least has this much. */
    double share(int samples, long nanos) {
        double bySamples = (double) samples / minSamples;
        double byTime = minSeconds == 0 ? 1 : nanos / (minSeconds * 1e9);
        return Math.min(1, Math.min(bySamples, byTime));
    }
}
