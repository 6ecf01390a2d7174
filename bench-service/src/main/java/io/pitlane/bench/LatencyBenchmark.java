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
    /** More calls make no figure more certain that is reported: p99.9 needs this many. */
    private static final int ENOUGH_SAMPLES = ModelMeasurement.SAMPLES_FOR_P999;

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
     * How long to time: until the seconds are spent and the minimum of samples is reached. 10,000
     * samples are enough whatever they took.
     *
     * @param seconds seconds of timed calls per model, on average over the models; above 0
     * @param minSamples least timed calls of each model
     */
    record SamplingBudget(double seconds, int minSamples) {

        /** The share done, 0..1, after this many calls of each model and seconds per model. */
        double share(int samples, double secondsPerModel) {
            double byBudget = Math.min(secondsPerModel / seconds, (double) samples / minSamples);
            double enough = (double) samples / Math.max(minSamples, ENOUGH_SAMPLES);
            return Math.min(1, Math.max(byBudget, enough));
        }
    }

    /**
     * Times every model.
     *
     * @param models at least one
     * @param batches inputs of the rounds, in turn; all of one shape, images first
     * @param progress called with the share done, 0..1
     * @return one entry a model, in their order, all with the same number of rounds: whole designs
     *     of {@link RoundOrder}
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
            share = budget.share(timed.count(), timed.secondsPerModel());
            progress.accept(share);
        }
        int batch = Math.toIntExact(batches.get(0).shape()[0]);
        return IntStream.range(0, models.size())
                .mapToObj(m -> new Timings(models.get(m).label(), batch, timed.nanos(m)))
                .toList();
    }
}
