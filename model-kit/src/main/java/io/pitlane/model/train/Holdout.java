package io.pitlane.model.train;

import io.pitlane.model.data.ImageSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Training images set aside to tell which epoch was best: every tenth of each class where there are
 * labels, none from a set too small to spare any.
 *
 * @param training positions to learn from
 * @param validation positions set aside; empty for a small set
 */
record Holdout(int[] training, int[] validation) {
    private static final int SMALLEST_SET = 200;
    private static final int EVERY = 10;

    static Holdout of(ImageSet images, long seed) {
        if (images.size() < SMALLEST_SET) {
            return new Holdout(IntStream.range(0, images.size()).toArray(), new int[0]);
        }
        var order = IntStream.range(0, images.size()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(seed));
        images.labels().ifPresent(labels -> order.sort(Comparator.comparingInt(i -> labels[i])));
        return new Holdout(
                IntStream.range(0, order.size())
                        .filter(i -> i % EVERY != 0)
                        .map(order::get)
                        .sorted()
                        .toArray(),
                IntStream.range(0, order.size())
                        .filter(i -> i % EVERY == 0)
                        .map(order::get)
                        .sorted()
                        .toArray());
    }
}
