package io.pitlane.evaluation.significance;

import io.pitlane.contract.report.ConfidenceInterval;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The percentile bootstrap over test images (B. Efron and R. Tibshirani, An Introduction to the
 * Bootstrap, 1993, section 13.3): draws as many images as there are with replacement, computes the
 * difference of two models on them, and repeats that. Both models see the same images.
 */
final class PairedBootstrap {
    static final int MIN_IMAGES = 10;

    private static final int RESAMPLES = 2000;
    private static final double TAIL = 0.025;

    private final int images;
    private final long seed;

    PairedBootstrap(int images, long seed) {
        this.images = images;
        this.seed = seed;
    }

    /**
     * The 95 % interval of a difference; empty for fewer than 10 images, and where the difference
     * is not finite on more than half of the resamples.
     *
     * @param difference of both models, by how often each image is drawn
     */
    Optional<ConfidenceInterval> interval(ToDoubleFunction<int[]> difference) {
        if (images < MIN_IMAGES) {
            return Optional.empty();
        }
        var random = new SplittableRandom(seed);
        var differences = new double[RESAMPLES];
        int finite = 0;
        for (int i = 0; i < RESAMPLES; i++) {
            double drawn = difference.applyAsDouble(draw(random));
            if (Double.isFinite(drawn)) {
                differences[finite++] = drawn;
            }
        }
        if (2 * finite < RESAMPLES) {
            return Optional.empty();
        }
        var sorted = Arrays.copyOf(differences, finite);
        Arrays.sort(sorted);
        return Optional.of(
                new ConfidenceInterval(
                        percentile(sorted, TAIL), percentile(sorted, 1 - TAIL), images, null));
    }

    private int[] draw(SplittableRandom random) {
        var counts = new int[images];
        for (int i = 0; i < images; i++) {
            counts[random.nextInt(images)]++;
        }
        return counts;
    }

    /** Interpolated between the two nearest values. */
    private static double percentile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
