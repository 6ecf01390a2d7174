package io.pitlane.training;

import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.BatchStream;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The micro-batches of one batch; each is taken from the stream when it is asked for. */
final class MicroBatches implements Iterator<Batch> {
    private final BatchStream stream;
    private Batch first;
    private boolean isComplete;

    /**
     * The micro-batches of one batch.
     *
     * @param first the first of them, already taken
     * @param stream gives the others
     */
    MicroBatches(Batch first, BatchStream stream) {
        this.first = first;
        this.stream = stream;
    }

    @Override
    public boolean hasNext() {
        return !isComplete;
    }

    @Override
    public Batch next() {
        if (isComplete) {
            throw new NoSuchElementException("the batch has no more micro-batches");
        }
        var next = first == null ? stream.next() : first;
        first = null;
        isComplete = next.whole().isComplete();
        return next;
    }
}
