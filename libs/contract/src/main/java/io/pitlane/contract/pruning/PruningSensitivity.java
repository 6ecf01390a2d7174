package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * What is measured group by group: the outputs of the model without a share of one group's
 * channels, before anything is trained.
 *
 * @param samples number of training images
 * @param ratios the shares, above 0 and below 1, ascending
 */
public record PruningSensitivity(Integer samples, List<Double> ratios) {
    public static final PruningSensitivity DEFAULT = new PruningSensitivity(null, null);

    public PruningSensitivity {
        samples = samples == null ? Integer.valueOf(256) : samples;
        ratios = ratios == null ? List.of(0.25, 0.5, 0.75) : List.copyOf(ratios);
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                samples >= 1 && samples <= 100_000,
                "samples",
                "must be between 1 and 100000, but is " + samples);
        problems.require(
                !ratios.isEmpty() && ratios.stream().allMatch(ratio -> ratio > 0 && ratio < 1),
                "ratios",
                "must be above 0 and below 1 each, but are " + ratios);
        problems.require(
                ratios.equals(ratios.stream().sorted().distinct().toList()),
                "ratios",
                "must be ascending, but are " + ratios);
    }
}
