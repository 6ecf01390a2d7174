package io.pitlane.contract.quantization;

import io.pitlane.contract.validation.Problems;

/**
 * What is measured layer by layer.
 *
 * @param samples number of training images
 */
public record Sensitivity(Integer samples) {
    public static final Sensitivity DEFAULT = new Sensitivity(null);

    public Sensitivity {
        samples = samples == null ? Integer.valueOf(256) : samples;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                samples >= 1 && samples <= 100_000,
                "samples",
                "must be between 1 and 100000, but is " + samples);
    }
}
