package io.pitlane.bench;

import java.util.Arrays;

/**
 * The latencies of one model at one batch size, one a round.
 *
 * @param label the model's name in the report
 * @param batch images a call
 * @param nanos nanoseconds of the call in each round; above 0
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

    /** The baseline's median latency over this one's. */
    double medianSpeedup(Timings baseline) {
        return baseline.millis().median() / millis().median();
    }

    /** Images of all calls over the time of all calls. */
    double imagesPerSecond() {
        return 1e9 * batch * samples() / Arrays.stream(nanos).asDoubleStream().sum();
    }

    /** The median of {@link #ratios}. */
    double pairedSpeedup(Timings baseline) {
        return Percentiles.of(ratios(baseline)).median();
    }

    /**
     * The baseline's latency over this one's, round by round. The calls of a round run one after
     * the other, so a machine that slows down slows both.
     */
    double[] ratios(Timings baseline) {
        var ratios = new double[samples()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = (double) baseline.nanos[round] / nanos[round];
        }
        return ratios;
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
