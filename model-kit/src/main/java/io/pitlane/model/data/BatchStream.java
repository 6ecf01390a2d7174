package io.pitlane.model.data;

import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;

/**
 * Batches of one pass, made by a thread of its own a few ahead of whoever takes them.
 *
 * <p>For one taker; close it, which ends the thread.
 */
public final class BatchStream implements AutoCloseable {
    private static final int AHEAD = 4;

    private final BlockingQueue<Made> made = new ArrayBlockingQueue<>(AHEAD);
    private final Thread maker;

    /** Makes one batch. */
    interface Source {
        Batch make();
    }

    /** A batch, or why there is none; neither at the end. */
    private record Made(Batch batch, RuntimeException failure) {}

    BatchStream(Stream<Source> sources) {
        maker = new Thread(() -> makeAll(sources.iterator()), "batches");
        maker.setDaemon(true);
        maker.start();
    }

    private void makeAll(Iterator<Source> sources) {
        try {
            while (sources.hasNext()) {
                made.put(make(sources.next()));
            }
            made.put(new Made(null, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Made make(Source source) {
        try {
            return new Made(source.make(), null);
        } catch (RuntimeException e) {
            return new Made(null, e);
        } catch (Error e) {
            return new Made(null, new IllegalStateException("a batch could not be made", e));
        }
    }

    /**
     * The next batch; null at the end.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when an image has the wrong size
     */
    public Batch next() {
        try {
            var next = made.take();
            if (next.failure() != null) {
                throw next.failure();
            }
            return next.batch();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        }
    }

    @Override
    public void close() {
        maker.interrupt();
    }
}
