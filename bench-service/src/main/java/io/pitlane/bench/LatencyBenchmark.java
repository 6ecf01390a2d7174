package io.pitlane.bench;

import io.pitlane.graph.FloatTensor;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Times models in interleaved rounds: after a warm-up, each round calls every model once with the
 * same batch. Noise that lasts longer than a round, such as another process or CPU throttling,
 * slows all models alike and cancels in the ratios.
 */
final class LatencyBenchmark {
    private final LongSupplier nanoTime;

    /** A benchmark with this clock, in nanoseconds. */
    LatencyBenchmark(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * One of the models that are timed against each other.
     *
     * @param label its name in the report
     * @param predict one complete call: passes the batch in and reads the outputs back
     */
    record TimedModel(String label, Consumer<FloatTensor> predict) {}

    /**
     * How long to time. Both minimums hold for every model.
     *
     * @param minSamples least timed calls
     * @param minSeconds least seconds spent in timed calls
     */
    record SamplingBudget(int minSamples, double minSeconds) {

        /** The share done, 0..1, when the model timed least has this much. */
        double share(int samples, long nanos) {
            double bySamples = (double) samples / minSamples;
            double byTime = minSeconds == 0 ? 1 : nanos / (minSeconds * 1e9);
            return Math.min(1, Math.min(bySamples, byTime));
        }
    }

    /**
     * Times every model.
     *
     * @param models at least one
     * @param batches inputs of the rounds, in turn; all of one shape, images first
     * @param progress called with the share done, 0..1
     * @return one entry a model, in their order, all with the same number of rounds
     */
    List<Timings> run(
            List<TimedModel> models,
            List<FloatTensor> batches,
            SamplingBudget budget,
            DoubleConsumer progress) {
        var warmUp = new InterleavedRounds(models, batches, nanoTime);
        new WarmUp(nanoTime).run(warmUp);
        var timed = new InterleavedRounds(models, batches, nanoTime);
        double share = 0;
        while (share < 1 || !timed.isBalanced()) {
            timed.runOne();
            share = budget.share(timed.count(), timed.leastNanos());
            progress.accept(share);
        }
        int batch = Math.toIntExact(batches.get(0).shape()[0]);
        return IntStream.range(0, models.size())
                .mapToObj(m -> new Timings(models.get(m).label(), batch, timed.nanos(m)))
                .toList();
    }
}
