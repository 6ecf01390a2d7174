package io.pitlane.contract.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.validation.Problems;

/**
 * Removed weights that return during fine-tuning, in exchange for others (Evci et al. 2020,
 * "Rigging the Lottery: Making All Tickets Winners"). In each kernel, the weights of smallest
 * magnitude are dropped, and as many grow where the gradient of the loss is largest. The share of
 * exchanged weights falls from {@code fraction} to 0 along a cosine.
 *
 * @param fraction share of the remaining weights that the first exchange replaces, above 0 and
 *     below 1
 * @param until share of the training after which no weight is exchanged, above 0 and up to 1
 * @param every steps between two exchanges; null for a twentieth of the steps in which weights are
 *     exchanged
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Regrowth(Double fraction, Double until, Integer every) {

    public Regrowth {
        fraction = fraction == null ? Double.valueOf(0.3) : fraction;
        until = until == null ? Double.valueOf(0.75) : until;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                fraction > 0 && fraction < 1,
                "fraction",
                "must be above 0 and below 1, but is " + fraction);
        problems.require(
                until > 0 && until <= 1, "until", "must be above 0 and up to 1, but is " + until);
        problems.require(
                every == null || every >= 1 && every <= 1_000_000,
                "every",
                "must be between 1 and 1000000, but is " + every);
    }
}
