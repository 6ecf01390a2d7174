package io.pitlane.evaluation.significance;

import io.pitlane.contract.report.ConfidenceInterval;
import java.util.Arrays;
import java.util.Optional;

/**
 * How often two models choose the same class, image by image.
 *
 * @param agreed choices of each image that are the same; not copied, not to be changed
 * @param choices all choices of each image: 1, or for segmentation one a pixel; not copied, not to
 *     be changed
 */
public record Agreement(int[] agreed, int[] choices) {

    /** The share of choices that are the same, 0..1; empty when there are none. */
    public Optional<Double> share() {
        long all = Arrays.stream(choices).asLongStream().sum();
        long same = Arrays.stream(agreed).asLongStream().sum();
        return all == 0 ? Optional.empty() : Optional.of((double) same / all);
    }

    /**
     * The 95 % interval of the share: {@link WilsonInterval} of the images for one choice an image.
     * The pixels of an image are not independent; for many choices an image it is a {@link
     * PairedBootstrap} over the images.
     *
     * @param seed of the resampling; the same seed gives the same interval
     * @return empty when there are no choices, and for many an image when images are too few
     */
    public Optional<ConfidenceInterval> interval(long seed) {
        if (share().isEmpty()) {
            return Optional.empty();
        }
        if (Arrays.stream(choices).allMatch(count -> count == 1)) {
            var wilson = new WilsonInterval(Arrays.stream(agreed).sum(), choices.length);
            return Optional.of(
                    new ConfidenceInterval(wilson.low(), wilson.high(), choices.length, null));
        }
        return new PairedBootstrap(choices.length, seed).interval(this::share);
    }

    private double share(int[] counts) {
        long same = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            same += (long) counts[i] * agreed[i];
            all += (long) counts[i] * choices[i];
        }
        return (double) same / all;
    }
}
