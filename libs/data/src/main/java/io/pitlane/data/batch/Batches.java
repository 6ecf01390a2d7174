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
 * Splits a set of images into batches. For a model of fixed batch size the last batch is padded
 * with the first images of the epoch.
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
     * @param wanted batch size; not used for a model of fixed batch size
     */
    public Batches(ImageSet images, Preprocessor input, int wanted) {
        this(images, IntStream.range(0, images.size()).toArray(), input, wanted);
    }

    /** Batches of some images of a set. */
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
     * The same, with augmentation in shuffled epochs, after resizing, for images, masks and boxes.
     * It is determined by the seed of the epoch and the position of the image in it.
     */
    public Batches augmented(Augmentation options) {
        return new Batches(images, chosen, input, size, options, masks);
    }

    /** The same with masks in this size; the default is that of the model input. */
    public Batches withMasks(int height, int width) {
        return new Batches(
                images, chosen, input, size, augmentation, Optional.of(new Size(height, width)));
    }

    /** Number of batches per epoch. */
    public int count() {
        return (chosen.length + size - 1) / size;
    }

    /** One epoch in the order of the images, without augmentation. */
    public BatchStream inOrder() {
        return epoch(chosen, 0, position -> AugmentationSample.NONE);
    }

    /** One epoch, shuffled with a seed. */
    public BatchStream shuffled(long seed) {
        return shuffled(seed, 0);
    }

    /**
     * The rest of a shuffled epoch; its batches are the same as those of the whole epoch.
     *
     * @param first number of the first batch, 0 to {@link #count()}
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
        return epoch(order, first, position -> AugmentationSample.of(augmentation, seed, position));
    }

    private BatchStream epoch(
            int[] order, int first, IntFunction<AugmentationSample> augmentations) {
        return new BatchStream(
                IntStream.range(first, count())
                        .mapToObj(
                                i ->
                                        (BatchStream.BatchSource)
                                                () -> batch(order, i, augmentations)));
    }

    private Batch batch(int[] order, int number, IntFunction<AugmentationSample> augmentations) {
        int from = number * size;
        int used = Math.min(size, order.length - from);
        int length = input.fixedBatch().isPresent() ? size : used;
        int[] indices = Arrays.copyOfRange(order, from, from + length);
        for (int i = used; i < indices.length; i++) {
            indices[i] = order[(i - used) % order.length];
        }
        var samples = IntStream.range(from, from + length).mapToObj(augmentations).toList();
        return prepare(indices, used, samples);
    }

    private Batch prepare(int[] indices, int used, List<AugmentationSample> augmentations) {
        var stored = Arrays.stream(indices).mapToObj(images::sample).toList();
        var values = input.batch(stored, augmentations);
        var transform = new BatchAnnotations(input, masks);
        return new Batch(
                values,
                indices,
                used,
                images.annotations()
                        .map(all -> transform.fit(all.subset(indices), stored, augmentations)));
    }
}
