package io.pitlane.quantize;

import io.pitlane.model.data.BatchStream;
import io.pitlane.model.data.Batches;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FloatTensor;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.function.DoubleConsumer;

/**
 * Some of the training images, chosen by a seed, as model inputs in small batches: every tensor of
 * a large network is held at once while they are looked at.
 */
final class CalibrationImages implements Iterable<FloatTensor> {
    private static final int BATCH = 4;

    private final Batches batches;
    private final DoubleConsumer progress;

    /**
     * A choice of images.
     *
     * @param samples how many, or all where there are fewer
     * @param progress told the share of images handed out, 0..1
     */
    CalibrationImages(
            ImageSet train, Preprocessor input, int samples, long seed, DoubleConsumer progress) {
        this.batches = new Batches(train.subset(chosen(train.size(), samples, seed)), input, BATCH);
        this.progress = progress;
    }

    static int[] chosen(int size, int samples, long seed) {
        return new Random(seed)
                .ints(0, size)
                .distinct()
                .limit(Math.min(samples, size))
                .sorted()
                .toArray();
    }

    @Override
    public Iterator<FloatTensor> iterator() {
        return new Pass(batches.inOrder());
    }

    /** Hands out one batch after the other and closes the stream behind the last. */
    private final class Pass implements Iterator<FloatTensor> {
        private final BatchStream stream;
        private int handedOut;

        Pass(BatchStream stream) {
            this.stream = stream;
        }

        @Override
        public boolean hasNext() {
            if (handedOut == batches.count()) {
                stream.close();
            }
            return handedOut < batches.count();
        }

        @Override
        public FloatTensor next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more batches");
            }
            var batch = stream.next();
            handedOut++;
            progress.accept((double) handedOut / batches.count());
            return batch.images();
        }
    }
}
