package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.List;

/** Decides how many channels each group loses. */
@FunctionalInterface
public interface ChannelAllocation {

    /**
     * Chooses the channels to remove.
     *
     * @param groups in the order of the graph
     * @param saliency of their channels
     * @param selection is given the channels; it refuses the last one of a tensor
     */
    void select(List<ChannelGroup> groups, Saliency saliency, ChannelSelection selection);

    /**
     * The same ratio for every group.
     *
     * @param ratio share of the removable channels, above 0 and below 1; rounded to whole channels
     */
    static ChannelAllocation uniform(double ratio) {
        if (!(ratio > 0 && ratio < 1)) {
            throw new IllegalArgumentException("the ratio must be above 0 and below 1: " + ratio);
        }
        return (groups, saliency, selection) ->
                groups.forEach(
                        group ->
                                selection.remove(
                                        group,
                                        saliency.of(group),
                                        (int) Math.round(group.removable().length * ratio)));
    }
}
