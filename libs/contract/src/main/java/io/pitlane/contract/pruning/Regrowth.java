package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** Removed weights that return during fine-tuning. */
public record Regrowth() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
