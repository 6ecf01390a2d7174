package io.pitlane.quantize;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A classifier for tests of which one layer, {@code conv2}, gives a channel of large values, whose
 * range the others share, and the next takes the factor back.
 */
final class UnbalancedNet {
    static final int CLASSES = 5;
    private static final float FACTOR = 300;

    private UnbalancedNet() {}

    static FlatGraph graph() {
        var net = new NetBuilder(7, -1, 8, 8, 3);
        net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var large = net.weights(3, 3, 8, 8);
        for (int i = 0; i < large.values().length; i += 8) {
            large.values()[i] *= FACTOR;
        }
        var second = net.conv("conv2", "relu1", large, 1);
        net.unary("Relu", "relu2", net.bias("conv2/bias", second, 8));
        var small = net.weights(3, 3, 8, 8);
        for (int i = 0; i < small.values().length; i++) {
            small.values()[i] *= i / 8 % 8 == 0 ? 1 / FACTOR : 1;
        }
        var third = net.conv("conv3", "relu2", small, 1);
        net.unary("Relu", "relu3", net.bias("conv3/bias", third, 8));
        net.globalMean("mean", "relu3", false);
        return net.build(net.dense("dense", "mean", 8, CLASSES));
    }

    /** Images of a random colour each, with noise, and random labels. */
    static ImageSet images(int count) {
        var random = new Random(3);
        var images = new ArrayList<Image>();
        for (int i = 0; i < count; i++) {
            var pixels = new byte[8 * 8 * 3];
            var color = random.ints(3, 0, 200).toArray();
            for (int p = 0; p < pixels.length; p++) {
                pixels[p] = (byte) (color[p % 3] + random.nextInt(56));
            }
            images.add(new Image(8, 8, 3, pixels));
        }
        return ImageSet.of(images, random.ints(count, 0, CLASSES).toArray());
    }

    /** All images in one batch. */
    static FloatTensor batch(FlatGraph graph, ImageSet images) {
        var input = Preprocessor.of(InputSpec.DEFAULT, graph.signature().inputs().get(0));
        try (var stream = new Batches(images, input, images.size()).inOrder()) {
            return stream.next().images();
        }
    }

    /** The class of the highest score of each image. */
    static int[] classes(float[] scores) {
        return IntStream.range(0, scores.length / CLASSES)
                .map(
                        image ->
                                IntStream.range(image * CLASSES, (image + 1) * CLASSES)
                                                .reduce((a, b) -> scores[a] >= scores[b] ? a : b)
                                                .orElseThrow()
                                        - image * CLASSES)
                .toArray();
    }
}
