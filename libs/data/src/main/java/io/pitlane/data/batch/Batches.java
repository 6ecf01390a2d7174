package io.pitlane.data.batch;

import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Size;
import io.pitlane.data.preprocessing.AugmentationSample;
import io.pitlane.data.preprocessing.Preprocessor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Cuts a set of images into batches; a model of fixed batch size gets batches of that size, the
 * last one filled up with the first images again.
 *
 * <pre>{@code
 * try (var epoch = new Batches(train, preprocessor, 64).shuffled(seed)) {
 *     for (var batch = epoch.next(); batch != null; batch = epoch.next()) { ... }
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class Batches {
    private final ImageSet images;
    private final int[] chosen;
    private final Preprocessor input;
    private final int size;
    private final Augmentation augmentation;
    private final Optional<Size> masks;

    /**
     * Batches of a set.
     *
     * @param wanted images a batch; the model's own number where it takes a fixed one
     */
    public Batches(ImageSet images, Preprocessor input, int wanted) {
        this(images, IntStream.range(0, images.size()).toArray(), input, wanted);
    }

    /** Batches of chosen images of a set. */
    public Batches(ImageSet images, int[] chosen, Preprocessor input, int wanted) {
        this(
                images,
                chosen.clone(),
                input,
                input.fixedBatch().orElse(wanted),
                Augmentation.NONE,
                Optional.empty());
    }

    private Batches(
            ImageSet images,
            int[] chosen,
            Preprocessor input,
            int size,
            Augmentation augmentation,
            Optional<Size> masks) {
        this.images = images;
        this.chosen = chosen;
        this.input = input;
        this.size = size;
        this.augmentation = augmentation;
        this.masks = masks;
    }

    /**
     * The same, but images of shuffled passes are varied after resizing, their masks and boxes
     * alike: each differently each time, decided by the pass's seed and the image's position in it.
     */
    public Batches augmented(Augmentation options) {
        return new Batches(images, chosen, input, size, options, masks);
    }

    /** The same, with masks in this size, which is that of the model's input unless it is set. */
    public Batches withMasks(int height, int width) {
        return new Batches(
                images, chosen, input, size, augmentation, Optional.of(new Size(height, width)));
    }

    /** Batches in one pass. */
    public int count() {
        return (chosen.length + size - 1) / size;
    }

    /** One pass in the order of the images, none of them varied. */
    public BatchStream inOrder() {
        return pass(chosen, 0, position -> AugmentationSample.NONE);
    }

    /** One pass in an order that the seed decides. */
    public BatchStream shuffled(long seed) {
        return shuffled(seed, 0);
    }

    /**
     * The rest of a pass in an order that the seed decides; its batches are those of the whole
     * pass.
     *
     * @param first number of the batch it begins with, from 0 to {@link #count()}
     */
    public BatchStream shuffled(long seed, int first) {
        int[] order = chosen.clone();
        var random = new Random(seed);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return pass(order, first, position -> AugmentationSample.of(augmentation, seed, position));
    }

    private BatchStream pass(int[] order, int first, IntFunction<AugmentationSample> variations) {
        return new BatchStream(
                IntStream.range(first, count())
                        .mapToObj(i -> (BatchStream.Source) () -> cut(order, i, variations)));
    }

    private Batch cut(int[] order, int number, IntFunction<AugmentationSample> variations) {
        int from = number * size;
        int real = Math.min(size, order.length - from);
        int length = input.fixedBatch().isPresent() ? size : real;
        int[] indices = Arrays.copyOfRange(order, from, from + length);
        for (int i = real; i < indices.length; i++) {
            indices[i] = order[(i - real) % order.length];
        }
        var varied = IntStream.range(from, from + length).mapToObj(variations).toList();
        return make(indices, real, varied);
    }

    private Batch make(int[] indices, int real, List<AugmentationSample> variations) {
        var stored = Arrays.stream(indices).mapToObj(images::image).toList();
        var values = input.batch(stored, variations);
        var fitting = new BatchAnnotations(input.sizeOf(stored.get(0)), masks);
        return new Batch(
                values,
                indices,
                real,
                images.annotations()
                        .map(all -> fitting.fit(all.subset(indices), stored, variations)));
    }
}
