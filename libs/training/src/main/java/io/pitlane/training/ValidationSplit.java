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
 * The validation split: training images that do not contribute to gradients and select the best
 * epoch. Stratified by class where there are labels; empty for a set of fewer than 200 images.
 *
 * @param training positions of the images to train on, ascending
 * @param validation positions of the images of the validation split, ascending
 */
public record ValidationSplit(int[] training, int[] validation) {
    private static final int MIN_IMAGES = 200;

    /**
     * Splits a set at random.
     *
     * @param share share of the images in the validation split, 0..0.5
     */
    public static ValidationSplit of(ImageSet images, long seed, double share) {
        if (images.size() < MIN_IMAGES || share == 0) {
            return new ValidationSplit(IntStream.range(0, images.size()).toArray(), new int[0]);
        }
        var order = IntStream.range(0, images.size()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(seed));
        images.labels().ifPresent(labels -> order.sort(Comparator.comparingInt(i -> labels[i])));
        IntPredicate isValidation = i -> i == 0 || (long) (i * share) != (long) ((i - 1) * share);
        return new ValidationSplit(
                select(order, isValidation.negate()), select(order, isValidation));
    }

    private static int[] select(List<Integer> order, IntPredicate which) {
        return IntStream.range(0, order.size()).filter(which).map(order::get).sorted().toArray();
    }
}
