package io.pitlane.prune.lowrank;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Collects the samples of one layer, image by image. Must be closed: it holds native memory. */
final class SampleCollector implements AutoCloseable {
    /** Every so many images one is held out. */
    private static final int HELD_OUT = 5;

    private static final int MOST_ROWS = 4096;

    /** Of doubles: patches of many values are sampled at fewer positions. */
    private static final int MOST_VALUES = 6_000_000;

    private final FactorizableLayer layer;
    private final int positions;
    private final Random random;
    private final PatchReader patches;
    private final Rows read = new Rows();
    private final Rows heldOut = new Rows();
    private FloatTensor first;
    private FactorShape.Pixels pixels;
    private int images;

    /**
     * @param images number of images that will come
     */
    SampleCollector(FactorizableLayer layer, int images, long seed) {
        this.layer = layer;
        this.positions = Math.max(1, (int) Math.ceil((double) rows(layer) / images));
        this.random = new Random(seed);
        this.patches = layer.isConvolution() ? new PatchReader(layer) : null;
    }

    private static int rows(FactorizableLayer layer) {
        return Math.max(1, Math.min(MOST_ROWS, MOST_VALUES / layer.patch()));
    }

    /** Memory of the samples of a layer, in bytes. */
    static long bytes(FactorizableLayer layer) {
        return (long) Double.BYTES * rows(layer) * layer.patch();
    }

    TensorRef tensor() {
        return TensorRef.parse(layer.node().getInput(0));
    }

    FactorizableLayer layer() {
        return layer;
    }

    /** What the layer reads for one image. */
    FloatTensor oneImage() {
        return first;
    }

    /**
     * Takes samples of each image of a batch.
     *
     * @param features what the layer reads
     * @param count number of images
     */
    void add(FloatTensor features, int count) {
        int size = features.values().length / count;
        var shape = features.shape().clone();
        shape[0] /= count;
        for (int image = 0; image < count; image++) {
            var values = Arrays.copyOfRange(features.values(), image * size, (image + 1) * size);
            addImage(new FloatTensor(values, shape));
        }
    }

    private void addImage(FloatTensor features) {
        if (first == null) {
            first = features;
            pixels = pixels(features);
        }
        var rows = images % HELD_OUT == HELD_OUT - 1 ? heldOut : read;
        images++;
        int all = pixels.rowsOut() * pixels.columnsOut();
        var chosen =
                all <= positions
                        ? IntStream.range(0, all).toArray()
                        : random.ints(0, all).distinct().limit(positions).sorted().toArray();
        if (patches == null) {
            for (int row : chosen) {
                rows.add(features.values(), row * layer.patch(), layer.patch());
            }
        } else {
            var sampled = patches.at(features, chosen).values();
            rows.add(sampled, 0, sampled.length);
        }
    }

    private FactorShape.Pixels pixels(FloatTensor features) {
        var shape = features.shape();
        if (patches == null) {
            return new FactorShape.Pixels((int) shape[0], 1, (int) shape[0], 1);
        }
        var given = patches.shape(features);
        return new FactorShape.Pixels(
                (int) shape[1], (int) shape[2], (int) given[1], (int) given[2]);
    }

    /** All samples; with fewer than five images, none is held out. */
    LayerSamples samples() {
        var all = read.toMatrix(layer.patch());
        return new LayerSamples(
                all, heldOut.size == 0 ? all : heldOut.toMatrix(layer.patch()), pixels);
    }

    @Override
    public void close() {
        if (patches != null) {
            patches.close();
        }
    }

    /** A growing array. */
    private static final class Rows {
        private double[] values = new double[0];
        private int size;

        void add(float[] from, int offset, int count) {
            if (size + count > values.length) {
                values = Arrays.copyOf(values, Math.max(2 * values.length, size + count));
            }
            for (int i = 0; i < count; i++) {
                values[size++] = from[offset + i];
            }
        }

        Matrix toMatrix(int columns) {
            return new Matrix(Arrays.copyOf(values, size), size / columns, columns);
        }
    }
}
