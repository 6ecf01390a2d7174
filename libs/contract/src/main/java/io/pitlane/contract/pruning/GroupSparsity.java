package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/**
 * A training before the cut that draws whole channels to zero, with the norm of each channel's
 * weights added to the loss.
 *
 * @param strength factor of the norms in the loss, above 0
 * @param epochs of the training, at least 1; its other options are those of the fine-tuning
 */
public record GroupSparsity(Double strength, Integer epochs) {

    public GroupSparsity {
        strength = strength == null ? Double.valueOf(1e-3) : strength;
        epochs = epochs == null ? Integer.valueOf(4) : epochs;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                strength > 0 && strength <= 10,
                "strength",
                "must be above 0 and at most 10, but is " + strength);
        problems.require(
                epochs >= 1 && epochs <= 10_000,
                "epochs",
                "must be between 1 and 10000, but is " + epochs);
    }
}
