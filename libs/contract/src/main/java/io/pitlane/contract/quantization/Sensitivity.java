package io.pitlane.contract.quantization;

import io.pitlane.contract.validation.Problems;

/**
 * What is measured layer by layer.
 *
 * @param samples number of training images; null for {@value #MOST_SAMPLES}, and fewer for large
 *     models
 */
public record Sensitivity(Integer samples) {
    public static final Sensitivity DEFAULT = new Sensitivity(null);

    /** The default for models that are small enough. */
    public static final int MOST_SAMPLES = 256;

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                samples == null || samples >= 1 && samples <= 100_000,
                "samples",
                "must be between 1 and 100000, but is " + samples);
    }
}
