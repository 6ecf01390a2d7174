package io.pitlane.bench;

import io.pitlane.bench.LatencyBenchmark.TimedModel;
import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Calls every model once a round, in {@link RoundOrder}, and records the time of each call. Not
 * thread-safe.
 */
final class InterleavedRounds {
    private final List<TimedModel> models;
    private final List<FloatTensor> batches;
    private final LongSupplier nanoTime;
    private final RoundOrder order;
    private long[][] nanos;
    private long total;
    private int count;

    InterleavedRounds(List<TimedModel> models, List<FloatTensor> batches, LongSupplier nanoTime) {
        this.models = models;
        this.batches = batches;
        this.nanoTime = nanoTime;
        this.order = new RoundOrder(models.size());
        this.nanos = new long[models.size()][64];
    }

    /** Runs one more round. */
    void runOne() {
        ensureCapacity();
        var batch = batches.get(count % batches.size());
        for (int model : order.next()) {
            long taken = time(models.get(model), batch);
            nanos[model][count] = taken;
            total += taken;
        }
        count++;
    }

    private long time(TimedModel model, FloatTensor batch) {
        long start = nanoTime.getAsLong();
        model.predict().accept(batch);
        return Math.max(1, nanoTime.getAsLong() - start);
    }

    private void ensureCapacity() {
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

    /** Whether the order of the rounds so far favours no model. */
    boolean isBalanced() {
        return order.isBalanced();
    }

    /** Models in each round. */
    int models() {
        return models.size();
    }

    /** Seconds spent in calls, on average over the models. */
    double secondsPerModel() {
        return total / 1e9 / models.size();
    }

    /** The model's times in nanoseconds, one a round. */
    long[] nanos(int model) {
        return Arrays.copyOf(nanos[model], count);
    }

    /**
     * The model's median over the rounds from {@code from}, inclusive, to {@code to}, exclusive.
     */
    double median(int model, int from, int to) {
        var window = Arrays.copyOfRange(nanos[model], from, to);
        return Percentiles.of(Arrays.stream(window).asDoubleStream().toArray()).median();
    }
}
