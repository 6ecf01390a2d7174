package io.pitlane.prune.lowrank;

import io.pitlane.analysis.LayerPatches;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Collects the samples of one layer, image by image. */
final class SampleCollector {
    /** Every so many images one is held out. */
    private static final int HELD_OUT = 5;

    private static final int MOST_ROWS = 4096;

    /** Of doubles: patches of many values are sampled at fewer positions. */
    private static final int MOST_VALUES = 6_000_000;

    private final FactorizableLayer layer;
    private final int positions;
    private final Random random;
    private final LayerPatches patches;
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
        this.patches = new LayerPatches(layer.node(), layer.kernel().shape(), layer.inputs());
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
        var given = patches.positions(features);
        for (int position : chosen) {
            rows.add(patches.at(features, given, position));
        }
    }

    private FactorShape.Pixels pixels(FloatTensor features) {
        var shape = features.shape();
        var given = patches.positions(features);
        if (!layer.isConvolution()) {
            return new FactorShape.Pixels((int) given[0], 1, (int) given[0], 1);
        }
        return new FactorShape.Pixels(
                (int) shape[1], (int) shape[2], (int) given[1], (int) given[2]);
    }

    /** All samples; with fewer than five images, none is held out. */
    InputSamples samples() {
        var all = read.toMatrix(layer.patch());
        return new InputSamples(
                all, heldOut.size == 0 ? all : heldOut.toMatrix(layer.patch()), pixels);
    }

    /** A growing array. */
    private static final class Rows {
        private double[] values = new double[0];
        private int size;

        void add(float[] row) {
            if (size + row.length > values.length) {
                values = Arrays.copyOf(values, Math.max(2 * values.length, size + row.length));
            }
            for (float value : row) {
                values[size++] = value;
            }
        }

        Matrix toMatrix(int columns) {
            return new Matrix(Arrays.copyOf(values, size), size / columns, columns);
        }
    }
}
