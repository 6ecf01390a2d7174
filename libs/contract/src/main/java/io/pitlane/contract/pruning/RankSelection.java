package io.pitlane.contract.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How many components a factorised layer keeps, and which layers are factorised.
 *
 * @param energy share of the variance of a layer's outputs that its factors keep, above 0 and below
 *     1; null where something else chooses the rank, or a target of the step chooses all of them
 * @param ratio share of a layer's multiply-accumulates that is removed, above 0 and below 1; null
 *     likewise
 * @param variational whether the rank is that of empirical variational Bayesian matrix
 *     factorization (Nakajima et al. 2013); null for no
 * @param algorithm which decomposition is used
 * @param minSpeedup a layer is factorised where it was measured to become at least this many times
 *     as fast
 * @param samples number of training images on which the error of the outputs is minimised
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RankSelection(
        Double energy,
        Double ratio,
        Boolean variational,
        Algorithm algorithm,
        Double minSpeedup,
        Integer samples) {

    /** A decomposition of the kernel of a layer. */
    public enum Algorithm {
        /** For each layer the one that costs least for the same error. */
        @JsonProperty("auto")
        AUTO,
        /**
         * Two layers: the kernel with few outputs, then a 1x1 convolution or dense layer (Zhang et
         * al. 2016, "Accelerating Very Deep Convolutional Networks").
         */
        @JsonProperty("svd")
        SVD,
        /**
         * A kernel of k x 1, then one of 1 x k (Jaderberg et al. 2014, "Speeding up Convolutional
         * Neural Networks with Low Rank Expansions").
         */
        @JsonProperty("spatial")
        SPATIAL,
        /**
         * 1x1, then k x k of few channels, then 1x1 (Kim et al. 2016, "Compression of Deep
         * Convolutional Neural Networks for Fast and Low Power Mobile Applications").
         */
        @JsonProperty("tucker2")
        TUCKER2
    }

    private static final double DEFAULT_ENERGY = 0.99;

    /** What a step without {@code rank} has; it does not say what chooses the rank. */
    public static final RankSelection DEFAULT =
            new RankSelection(null, null, null, null, null, null);

    public RankSelection {
        algorithm = algorithm == null ? Algorithm.AUTO : algorithm;
        minSpeedup = minSpeedup == null ? Double.valueOf(1.1) : minSpeedup;
        samples = samples == null ? Integer.valueOf(512) : samples;
    }

    /** The same where it chooses the rank, else with the default energy. */
    public RankSelection orByEnergy() {
        return choosesRank()
                ? this
                : new RankSelection(DEFAULT_ENERGY, null, null, algorithm, minSpeedup, samples);
    }

    /** Whether one of its options chooses the rank of each layer. */
    public boolean choosesRank() {
        return energy != null || ratio != null || variational != null;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        requireShare(problems, "energy", energy);
        requireShare(problems, "ratio", ratio);
        boolean isVariational = Boolean.TRUE.equals(variational);
        problems.require(
                variational == null || isVariational || energy != null || ratio != null,
                "variational",
                "is false, and nothing else chooses the rank; set energy or ratio");
        long given = (energy == null ? 0 : 1) + (ratio == null ? 0 : 1) + (isVariational ? 1 : 0);
        if (given > 1) {
            problems.add(
                    "energy, ratio and variational choose the rank in different ways; leave all but"
                            + " one out");
        }
        problems.require(
                minSpeedup >= 0 && minSpeedup <= 100,
                "minSpeedup",
                "must be between 0 and 100, but is " + minSpeedup);
        problems.require(
                samples >= 8 && samples <= 100_000,
                "samples",
                "must be between 8 and 100000, but is " + samples);
    }

    private static void requireShare(Problems problems, String option, Double share) {
        problems.require(
                share == null || share > 0 && share < 1,
                option,
                "must be above 0 and below 1, but is " + share);
    }
}
