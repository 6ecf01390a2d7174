package io.pitlane.graph.channels.allocation;

/** How much the removal of a group's least salient channels harms the model. */
@FunctionalInterface
public interface RemovalLoss {

    /**
     * The loss, 0 for nothing removed; it does not fall with the number removed. Losses of groups
     * are taken to add up.
     */
    double of(RankedGroup group, int removed);
}
