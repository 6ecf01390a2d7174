package io.pitlane.graph.channels.dependency;

import java.util.List;

/**
 * Layers whose channels are pruned together: they share at least one coupled channel.
 *
 * @param layers names of the layers that produce the channels
 * @param filters their weights
 * @param removable the channels that can be removed, each with all that is coupled to it
 * @param reasons why the others must stay; empty when all can be removed
 */
public record ChannelGroup(
        List<String> layers, List<WeightSlice> filters, int[] removable, List<String> reasons) {}
