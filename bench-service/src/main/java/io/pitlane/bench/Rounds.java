package io.pitlane.bench;

import io.pitlane.model.graph.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Calls every contender once a round and keeps the times. */
final class Rounds {
    private final List<Contender> contenders;
    private final List<FloatTensor> batches;
    private final LongSupplier nanoTime;
    private final RoundOrder order;
    private final long[] totals;
    private long[][] nanos;
    private int count;

    Rounds(List<Contender> contenders, List<FloatTensor> batches, LongSupplier nanoTime) {
        this.contenders = contenders;
        this.batches = batches;
        this.nanoTime = nanoTime;
        this.order = new RoundOrder(contenders.size());
        this.totals = new long[contenders.size()];
        this.nanos = new long[contenders.size()][64];
    }

    /** One more round. */
    void runOne() {
        makeRoom();
        var batch = batches.get(count % batches.size());
        for (int c : order.of(count)) {
            long taken = time(contenders.get(c), batch);
            nanos[c][count] = taken;
            totals[c] += taken;
        }
        count++;
    }

    private long time(Contender contender, FloatTensor batch) {
        long start = nanoTime.getAsLong();
        contender.predict().accept(batch);
        return Math.max(1, nanoTime.getAsLong() - start);
    }

    private void makeRoom() {
        if (count == nanos[0].length) {
            nanos =
                    Arrays.stream(nanos)
                            .map(n -> Arrays.copyOf(n, 2 * n.length))
                            .toArray(long[][]::new);
        }
    }

    /** Rounds so far. */
    int count() {
        return count;
    }

    /** Contenders in each round. */
    int contenders() {
        return contenders.size();
    }

    /** Nanoseconds that the contender timed least was timed. */
    long leastNanos() {
        return LongStream.of(totals).min().orElse(0);
    }

    /** The contender's times, one a round. */
    long[] nanos(int contender) {
        return Arrays.copyOf(nanos[contender], count);
    }

    /** The contender's median over rounds {@code from} to {@code to}, which is not included. */
    double median(int contender, int from, int to) {
        var window = Arrays.copyOfRange(nanos[contender], from, to);
        return Percentiles.of(Arrays.stream(window).asDoubleStream().toArray()).median();
    }
}
