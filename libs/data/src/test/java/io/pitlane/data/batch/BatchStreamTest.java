package io.pitlane.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.graph.FloatTensor;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchStreamTest {

    @Test
    void batchesComeInOrderEvenIfTheFirstIsReadyLast() {
        var othersAreMade = new CountDownLatch(2);

        try (var stream =
                stream(
                        6,
                        3,
                        i -> {
                            if (i == 0) {
                                await(othersAreMade);
                            } else {
                                othersAreMade.countDown();
                            }
                        })) {
            for (int i = 0; i < 6; i++) {
                assertThat(stream.next().size()).isEqualTo(i);
            }
            assertThat(stream.next()).isNull();
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void batchesArePreparedByTheGivenNumberOfThreads() {
        var together = new CountDownLatch(3);

        try (var stream =
                stream(
                        3,
                        3,
                        i -> {
                            together.countDown();
                            await(together);
                        })) {
            assertThat(stream.next().size()).isZero();
        }
    }

    @Test
    void prefetchingIsBounded() {
        var made = new AtomicInteger();

        try (var stream = stream(1000, 2, i -> made.incrementAndGet())) {
            stream.next();
            assertThat(made.get()).isLessThanOrEqualTo(2 + 3 + 1);
        }
    }

    @Test
    void noMoreBatchesArePrefetchedThanFitInMemory() {
        var made = new AtomicInteger();

        try (var stream = BatchStream.prefetching(sources(1000, i -> made.incrementAndGet()), 1)) {
            stream.next();
            stream.next();
            assertThat(made.get()).isLessThanOrEqualTo(2 + 1);
        }
    }

    @Test
    void aFailureReachesTheConsumerInOrder() {
        try (var stream =
                stream(
                        3,
                        2,
                        i -> {
                            if (i == 1) {
                                throw new IllegalArgumentException("damaged");
                            }
                        })) {
            assertThat(stream.next().size()).isZero();
            assertThatThrownBy(stream::next)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("damaged");
        }
    }

    @Test
    void anErrorReachesTheConsumer() {
        try (var stream =
                stream(
                        1,
                        1,
                        i -> {
                            throw new OutOfMemoryError("too large");
                        })) {
            assertThatThrownBy(stream::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("too large");
        }
    }

    @Test
    void closingEndsTheThreads() throws InterruptedException {
        var makers = ConcurrentHashMap.<Thread>newKeySet();
        var never = new CountDownLatch(1);
        var working = new CountDownLatch(2);

        try (var stream =
                stream(
                        100,
                        2,
                        i -> {
                            makers.add(Thread.currentThread());
                            working.countDown();
                            await(never);
                        })) {
            await(working);
            assertThat(stream.waitTime()).isZero();
        }

        for (var maker : makers) {
            maker.join();
        }
        assertThat(makers).hasSize(2);
    }

    private interface Work {
        void on(int batch);
    }

    private static BatchStream stream(int batches, int threads, Work work) {
        return new BatchStream(sources(batches, work), threads);
    }

    private static Stream<BatchStream.BatchSource> sources(int batches, Work work) {
        return IntStream.range(0, batches)
                .mapToObj(
                        i ->
                                () -> {
                                    work.on(i);
                                    return new Batch(
                                            new FloatTensor(new float[0], 0), new int[0], i);
                                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
