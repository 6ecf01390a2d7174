package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.List;

/** The outputs of a layer before the cut, at the sampled positions of every image. */
final class FormerOutputs {
    private final CutLayer layer;
    private final OutputPositions sampled;
    private final List<float[]> images = new ArrayList<>();
    private long[] product;

    FormerOutputs(CutLayer layer, OutputPositions sampled) {
        this.layer = layer;
        this.sampled = sampled;
    }

    /** Takes the product of a batch, {@code [N, ..., channels]}, of the model before the cut. */
    void add(FloatTensor batch) {
        product = batch.shape();
        int channels = (int) product[product.length - 1];
        int kept = layer.kept().length;
        int positions = positions();
        for (int image = 0; image < product[0]; image++) {
            var chosen = sampled.of(images.size(), positions);
            var values = new float[chosen.length * kept];
            for (int i = 0; i < chosen.length; i++) {
                int from = (image * positions + chosen[i]) * channels;
                for (int channel = 0; channel < kept; channel++) {
                    values[i * kept + channel] = batch.values()[from + layer.kept()[channel]];
                }
            }
            images.add(values);
        }
    }

    /** Shape of the product, of which the number of images and of channels do not matter. */
    long[] product() {
        return product;
    }

    /** Number of positions of an image. */
    int positions() {
        long positions = 1;
        for (int axis = 1; axis < product.length - 1; axis++) {
            positions *= product[axis];
        }
        return Math.toIntExact(positions);
    }

    /** The sampled positions of an image, counted from 0 over all batches. */
    int[] positions(int image) {
        return sampled.of(image, positions());
    }

    /** The former outputs at these positions, the channels of one after those of the other. */
    float[] of(int image) {
        return images.get(image);
    }
}
