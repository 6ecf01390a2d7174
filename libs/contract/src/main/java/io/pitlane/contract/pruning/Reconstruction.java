package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** How the outputs of the cut layers are restored without training. */
public record Reconstruction() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
