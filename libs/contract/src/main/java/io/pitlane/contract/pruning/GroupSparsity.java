package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** A training before the cut that draws whole groups of weights to zero. */
public record GroupSparsity() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
