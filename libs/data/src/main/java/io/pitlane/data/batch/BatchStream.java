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
 * Batches of one pass, in order, made by other threads (one less than there are processors) a few
 * ahead of whoever takes them.
 *
 * <p>For one taker; close it, which ends the threads.
 */
public final class BatchStream implements AutoCloseable {
    private static final int AHEAD = 3;

    private final Iterator<Source> sources;
    private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
    private final ExecutorService makers;
    private long waitedNanos;

    /** Makes one batch. */
    interface Source {
        Batch make();
    }

    BatchStream(Stream<Source> sources) {
        this(sources, Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    }

    /** Batches made by so many threads. */
    BatchStream(Stream<Source> sources, int threads) {
        this.sources = sources.iterator();
        makers = Executors.newFixedThreadPool(threads, BatchStream::thread);
        for (int i = 0; i < threads + AHEAD; i++) {
            makeOneMore();
        }
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "batches");
        thread.setDaemon(true);
        return thread;
    }

    private void makeOneMore() {
        if (sources.hasNext()) {
            ahead.add(makers.submit(sources.next()::make));
        }
    }

    /**
     * The next batch; null at the end.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when an image cannot be
     *     read or has the wrong size
     */
    public Batch next() {
        var next = ahead.poll();
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
            waitedNanos += System.nanoTime() - asked;
            makeOneMore();
        }
    }

    /** How long the taker has waited for batches so far. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    @Override
    public void close() {
        makers.shutdownNow();
        ahead.clear();
    }
}
