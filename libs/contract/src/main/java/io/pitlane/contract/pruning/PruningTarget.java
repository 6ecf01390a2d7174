package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** What the pruned model may cost. */
public record PruningTarget() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
