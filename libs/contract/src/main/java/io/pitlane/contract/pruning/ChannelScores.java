package io.pitlane.contract.pruning;

import io.pitlane.contract.validation.Problems;

/** How the saliency of a channel is computed from those of its parts. */
public record ChannelScores() {

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}
