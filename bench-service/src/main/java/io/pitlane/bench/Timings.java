package io.pitlane.bench;

import java.util.Arrays;

/**
 * The times of one contender, one a round, at one batch size.
 *
 * @param label the contender
 * @param batch images a call
 * @param nanos nanoseconds of its call in each round; above 0
 */
record Timings(String label, int batch, long[] nanos) {

    /** Number of timed calls. */
    int samples() {
        return nanos.length;
    }

    /** Percentiles of the call's time in milliseconds. */
    Percentiles millis() {
        return Percentiles.of(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).toArray());
    }

    /** How many times shorter the median call is than {@code baseline}'s. */
    double medianSpeedup(Timings baseline) {
        return baseline.millis().median() / millis().median();
    }

    /**
     * The median, over the rounds, of {@code baseline}'s time over this one's. Both calls of a
     * round ran within the same moment, so a machine that slows down slows both.
     */
    double pairedSpeedup(Timings baseline) {
        var ratios = new double[samples()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = (double) baseline.nanos[round] / nanos[round];
        }
        return Percentiles.of(ratios).median();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Timings that
                && label.equals(that.label)
                && batch == that.batch
                && Arrays.equals(nanos, that.nanos);
    }

    @Override
    public int hashCode() {
        return 31 * label.hashCode() + Arrays.hashCode(nanos);
    }

    @Override
    public String toString() {
        return "Timings[" + label + ", batch " + batch + ", " + samples() + " samples]";
    }
}
