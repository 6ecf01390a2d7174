package io.pitlane.prune;

import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Batches that are asked for many times: held in memory after the first time where they fit. */
final class HeldBatches implements Iterable<FloatTensor> {
    private final Iterable<FloatTensor> source;
    private final List<FloatTensor> held = new ArrayList<>();
    private boolean isComplete;
    private long left = MemoryBudget.ofProcess().teacherCache();

    HeldBatches(Iterable<FloatTensor> source) {
        this.source = source;
    }

    @Override
    public Iterator<FloatTensor> iterator() {
        if (isComplete) {
            return held.iterator();
        }
        held.clear();
        var batches = source.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                isComplete = !batches.hasNext() && left >= 0;
                return batches.hasNext();
            }

            @Override
            public FloatTensor next() {
                var batch = batches.next();
                left -= (long) Float.BYTES * batch.values().length;
                if (left >= 0) {
                    held.add(batch);
                } else {
                    held.clear();
                }
                return batch;
            }
        };
    }
}
