package io.pitlane.training;

import io.pitlane.data.ImageSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Training images held out to select the best epoch: the same share of each class where there are
 * labels, none from a set too small to spare any.
 *
 * @param training positions to learn from, ascending
 * @param validation positions set aside, ascending; empty for a small set
 */
public record Holdout(int[] training, int[] validation) {
    private static final int SMALLEST_SET = 200;

    /**
     * A split that the seed decides.
     *
     * @param share of the images to set aside, 0..0.5; fewer than 200 images spare none
     */
    public static Holdout of(ImageSet images, long seed, double share) {
        if (images.size() < SMALLEST_SET || share == 0) {
            return new Holdout(IntStream.range(0, images.size()).toArray(), new int[0]);
        }
        var order = IntStream.range(0, images.size()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(seed));
        images.labels().ifPresent(labels -> order.sort(Comparator.comparingInt(i -> labels[i])));
        IntPredicate aside = i -> i == 0 || (long) (i * share) != (long) ((i - 1) * share);
        return new Holdout(chosen(order, aside.negate()), chosen(order, aside));
    }

    private static int[] chosen(List<Integer> order, IntPredicate which) {
        return IntStream.range(0, order.size()).filter(which).map(order::get).sorted().toArray();
    }
}
