package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** How the sparsity grows during fine-tuning. */
public record SparsitySchedule() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
