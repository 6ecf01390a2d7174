package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** What is measured group by group. */
public record PruningSensitivity() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
