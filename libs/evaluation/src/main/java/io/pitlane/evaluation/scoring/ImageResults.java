package io.pitlane.evaluation.scoring;

import java.util.Arrays;

/**
 * The results of a model on every image of a test set, from which its metrics on any resample of
 * the images follow: image {@code i} is in the resample {@code counts[i]} times.
 *
 * <p>Immutable.
 */
public interface ImageResults {

    /** Number of images. */
    int images();

    /**
     * The headline metric on a resample: a share 0..1, or an error; NaN when no annotation of the
     * resample counts.
     */
    double headline(int[] counts);

    /** The metric of one class on a resample, 0..1; NaN when no image of the resample has it. */
    double ofClass(int label, int[] counts);

    /** Whether the headline metric is an error, which is better when it is lower. */
    default boolean isError() {
        return false;
    }

    /** The resample that is the test set itself. */
    static int[] each(int images) {
        var counts = new int[images];
        Arrays.fill(counts, 1);
        return counts;
    }
}
