package io.pitlane.model.data;

import java.util.Arrays;
import java.util.Random;
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
 */
public final class Batches {
    private final ImageSet images;
    private final int[] chosen;
    private final Preprocessor input;
    private final int size;
    private final boolean fixed;

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
        this.images = images;
        this.chosen = chosen.clone();
        this.input = input;
        this.size = input.fixedBatch().orElse(wanted);
        this.fixed = input.fixedBatch().isPresent();
    }

    /** Batches in one pass. */
    public int count() {
        return (chosen.length + size - 1) / size;
    }

    /** One pass in the order of the images. */
    public BatchStream inOrder() {
        return pass(chosen);
    }

    /** One pass in an order that the seed decides. */
    public BatchStream shuffled(long seed) {
        int[] order = chosen.clone();
        var random = new Random(seed);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return pass(order);
    }

    private BatchStream pass(int[] order) {
        return new BatchStream(
                IntStream.range(0, count())
                        .mapToObj(i -> (BatchStream.Source) () -> cut(order, i)));
    }

    private Batch cut(int[] order, int number) {
        int from = number * size;
        int real = Math.min(size, order.length - from);
        int[] indices = Arrays.copyOfRange(order, from, from + (fixed ? size : real));
        for (int i = real; i < indices.length; i++) {
            indices[i] = order[(i - real) % order.length];
        }
        return new Batch(input.batch(images, indices), indices, real);
    }
}
