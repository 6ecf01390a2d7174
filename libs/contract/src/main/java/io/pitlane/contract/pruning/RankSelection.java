package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** How many components a factorised layer keeps. */
public record RankSelection() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
