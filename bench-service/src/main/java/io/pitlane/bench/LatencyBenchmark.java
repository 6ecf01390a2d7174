package io.pitlane.bench;

import io.pitlane.model.graph.FloatTensor;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Times models against each other, interleaved: after a warm-up, each round calls every contender
 * once with the same batch. Noise that lasts longer than a round, as another process or a throttled
 * clock, hits all of them alike and cancels in the ratios.
 */
final class LatencyBenchmark {
    private final LongSupplier nanoTime;

    /** Times with this clock, in nanoseconds. */
    LatencyBenchmark(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Times every contender.
     *
     * @param contenders at least one
     * @param batches what the rounds feed, in turn; all of one shape, images first
     * @param progress told the share done, 0..1
     * @return one entry a contender, in their order, all with the same number of rounds
     */
    List<Timings> run(
            List<Contender> contenders,
            List<FloatTensor> batches,
            Effort effort,
            DoubleConsumer progress) {
        var warmUp = new Rounds(contenders, batches, nanoTime);
        new WarmUp(nanoTime).run(warmUp);
        var timed = new Rounds(contenders, batches, nanoTime);
        double share = 0;
        while (share < 1) {
            timed.runOne();
            share = effort.share(timed.count(), timed.leastNanos());
            progress.accept(share);
        }
        int batch = Math.toIntExact(batches.get(0).shape()[0]);
        return IntStream.range(0, contenders.size())
                .mapToObj(c -> new Timings(contenders.get(c).label(), batch, timed.nanos(c)))
                .toList();
    }
}
