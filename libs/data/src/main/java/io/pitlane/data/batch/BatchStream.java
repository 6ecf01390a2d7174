package io.pitlane.data.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The batches of one epoch, in order. Background threads, one less than there are processors,
 * prefetch a few batches, as many as fit in memory.
 *
 * <p>For one consumer. Closing ends the threads.
 */
public final class BatchStream implements AutoCloseable {
    private static final int QUEUED = 3;

    private final Iterator<BatchSource> sources;
    private final Queue<Future<Batch>> prefetched = new ArrayDeque<>();
    private final ExecutorService producers;
    private long waitNanos;

    /** Prepares one batch. */
    interface BatchSource {
        Batch prepare();
    }

    /**
     * Prefetches batches.
     *
     * @param most largest number of batches in memory besides the one in use, at least 1
     */
    static BatchStream prefetching(Stream<BatchSource> sources, int most) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        return new BatchStream(sources, Math.min(threads, most), most);
    }

    /** Batches prepared by this many threads. */
    BatchStream(Stream<BatchSource> sources, int threads) {
        this(sources, threads, Integer.MAX_VALUE);
    }

    private BatchStream(Stream<BatchSource> sources, int threads, int most) {
        this.sources = sources.iterator();
        producers = Executors.newFixedThreadPool(threads, BatchStream::thread);
        for (int i = 0; i < Math.min(threads + QUEUED, most); i++) {
            submitNext();
        }
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "batches");
        thread.setDaemon(true);
        return thread;
    }

    private void submitNext() {
        if (sources.hasNext()) {
            prefetched.add(producers.submit(sources.next()::prepare));
        }
    }

    /**
     * The next batch; null at the end.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when an image cannot be
     *     read or has the wrong size
     */
    public Batch next() {
        var next = prefetched.poll();
        if (next == null) {
            return null;
        }
        long asked = System.nanoTime();
        try {
            return next.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a batch could not be made", e.getCause());
        } finally {
            waitNanos += System.nanoTime() - asked;
            submitNext();
        }
    }

    /** How long the consumer has waited for batches so far. */
    public Duration waitTime() {
        return Duration.ofNanos(waitNanos);
    }

    @Override
    public void close() {
        producers.shutdownNow();
        prefetched.clear();
    }
}
