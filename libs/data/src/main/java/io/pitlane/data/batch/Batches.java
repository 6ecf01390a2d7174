package io.pitlane.data.batch;

import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.Annotations;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.FloatArray;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.Sample;
import io.pitlane.data.Size;
import io.pitlane.data.preprocessing.AugmentationSample;
import io.pitlane.data.preprocessing.Preprocessor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Splits a set of images into batches, and batches that are too large into micro-batches. For a
 * model of fixed batch size the last batch is padded with the first images of the epoch.
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
    private final Options options;

    /**
     * Optional settings.
     *
     * @param masks size of the masks; empty for that of the model input
     * @param microBatch largest number of images of a micro-batch
     * @param memory bytes for the batch in use and prefetched ones
     */
    private record Options(
            Augmentation augmentation, Optional<Size> masks, int microBatch, long memory) {}

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
                new Options(
                        Augmentation.NONE,
                        Optional.empty(),
                        Integer.MAX_VALUE,
                        MemoryBudget.ofProcess().batches()));
    }

    private Batches(ImageSet images, int[] chosen, Preprocessor input, int size, Options options) {
        this.images = images;
        this.chosen = chosen;
        this.input = input;
        this.size = size;
        this.options = options;
    }

    private Batches with(Options other) {
        return new Batches(images, chosen, input, size, other);
    }

    /**
     * The same, with augmentation in shuffled epochs, after resizing, for images, masks and boxes.
     * It is determined by the seed of the epoch and the position of the image in it.
     */
    public Batches augmented(Augmentation augmentation) {
        return with(new Options(augmentation, options.masks, options.microBatch, options.memory));
    }

    /** The same with masks in this size; the default is that of the model input. */
    public Batches withMasks(int height, int width) {
        var masks = Optional.of(new Size(height, width));
        return with(new Options(options.augmentation, masks, options.microBatch, options.memory));
    }

    /**
     * The same in micro-batches: every batch comes as several of about the same size, with the same
     * images in the same order. Batches of a model of fixed batch size are not split.
     *
     * @param largest largest number of images of a micro-batch, at least 1
     * @param memory bytes for the micro-batch in use and prefetched ones; the one in use and one
     *     more are always allowed
     */
    public Batches inMicroBatches(int largest, long memory) {
        return with(new Options(options.augmentation, options.masks, largest, memory));
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
        return epoch(
                order,
                first,
                position -> AugmentationSample.of(options.augmentation, seed, position));
    }

    private BatchStream epoch(
            int[] order, int first, IntFunction<AugmentationSample> augmentations) {
        return BatchStream.prefetching(
                IntStream.range(first, count())
                        .boxed()
                        .flatMap(number -> parts(order, number, augmentations)),
                prefetched());
    }

    /** How many batches fit in memory besides the one in use, at least one. */
    private int prefetched() {
        if (chosen.length == 0) {
            return 1;
        }
        long bytes =
                values(images.sample(chosen[0])) * Float.BYTES * Math.min(size, options.microBatch);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, options.memory / bytes - 1));
    }

    /** How many numbers a sample is to the model. */
    private long values(Sample sample) {
        if (sample instanceof Image image) {
            var resized = input.geometry(image).input();
            return (long) resized.height() * resized.width() * input.spec().channels().count();
        }
        return ((FloatArray) sample).tensor().values().length;
    }

    private Stream<BatchStream.BatchSource> parts(
            int[] order, int number, IntFunction<AugmentationSample> augmentations) {
        int from = number * size;
        int used = Math.min(size, order.length - from);
        if (input.fixedBatch().isPresent() || used <= options.microBatch) {
            return Stream.of(() -> batch(order, number, augmentations));
        }
        var whole =
                new SplitBatch(
                        Arrays.copyOfRange(order, from, from + used),
                        IntStream.range(from, from + used).mapToObj(augmentations).toList());
        int parts = (used + options.microBatch - 1) / options.microBatch;
        int each = (used + parts - 1) / parts;
        return IntStream.iterate(0, start -> start < used, start -> start + each)
                .mapToObj(start -> () -> whole.part(start, Math.min(start + each, used)));
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
        var transform = transform();
        return new Batch(
                values,
                indices,
                used,
                images.annotations()
                        .map(all -> transform.fit(all.subset(indices), stored, augmentations)));
    }

    private BatchAnnotations transform() {
        return new BatchAnnotations(input, options.masks);
    }

    /** A batch that comes in micro-batches, which share its masks. Thread-safe. */
    private final class SplitBatch {
        private final int[] indices;
        private final List<AugmentationSample> augmentations;
        private Optional<Masks> masks;

        SplitBatch(int[] indices, List<AugmentationSample> augmentations) {
            this.indices = indices;
            this.augmentations = augmentations;
        }

        /** The micro-batch of the positions {@code from} to below {@code to}. */
        Batch part(int from, int to) {
            var part =
                    prepare(
                            Arrays.copyOfRange(indices, from, to),
                            to - from,
                            augmentations.subList(from, to));
            return new Batch(
                    part.images(),
                    part.indices(),
                    part.size(),
                    part.annotations(),
                    new Batch.Whole(indices.length, to == indices.length, masks()));
        }

        private synchronized Optional<Masks> masks() {
            if (masks == null) {
                masks = images.annotations().filter(Masks.class::isInstance).map(this::fit);
            }
            return masks;
        }

        private Masks fit(Annotations annotations) {
            var masks = (Masks) annotations;
            var transform = transform();
            return Masks.of(
                    IntStream.range(0, indices.length)
                            .mapToObj(
                                    i ->
                                            transform.fit(
                                                    masks.mask(indices[i]),
                                                    images.sample(indices[i]),
                                                    augmentations.get(i)))
                            .toList());
        }
    }
}
