package io.pitlane.analysis;

import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.BatchStream;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FloatTensor;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.function.DoubleConsumer;

/**
 * Training images sampled by a seed, as model inputs in small batches: calibration holds fetched
 * tensors of a batch in memory.
 */
public final class SampledImages implements Iterable<FloatTensor> {
    private final Batches batches;
    private final DoubleConsumer progress;
    private boolean isFirst = true;

    /**
     * A sample of the training images.
     *
     * @param samples number of images; all where there are fewer
     * @param batch images a batch; not used for a model of fixed batch size
     * @param progress called with the share of images returned, 0..1, the first time
     */
    public SampledImages(
            ImageSet train,
            Preprocessor input,
            int samples,
            int batch,
            long seed,
            DoubleConsumer progress) {
        this.batches = new Batches(train.subset(sample(train.size(), samples, seed)), input, batch);
        this.progress = progress;
    }

    public static int[] sample(int size, int samples, long seed) {
        return new Random(seed)
                .ints(0, size)
                .distinct()
                .limit(Math.min(samples, size))
                .sorted()
                .toArray();
    }

    @Override
    public Iterator<FloatTensor> iterator() {
        var pass = new Pass(batches.inOrder(), isFirst);
        isFirst = false;
        return pass;
    }

    /** Returns one batch after the other and closes the stream after the last. */
    private final class Pass implements Iterator<FloatTensor> {
        private final BatchStream stream;
        private final boolean isReported;
        private int returned;

        Pass(BatchStream stream, boolean isReported) {
            this.stream = stream;
            this.isReported = isReported;
        }

        @Override
        public boolean hasNext() {
            if (returned == batches.count()) {
                stream.close();
            }
            return returned < batches.count();
        }

        @Override
        public FloatTensor next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more batches");
            }
            var batch = stream.next();
            returned++;
            if (isReported) {
                progress.accept((double) returned / batches.count());
            }
            return batch.images();
        }
    }
}
