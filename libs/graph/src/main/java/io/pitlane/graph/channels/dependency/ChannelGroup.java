package io.pitlane.graph.channels.dependency;

import java.util.List;

/**
 * Layers whose channels are chosen together: they share at least one coupled channel.
 *
 * @param layers names of the layers that make the channels
 * @param filters the weights that make them
 * @param removable the channels that may go, each standing for all that is coupled to it
 * @param reasons why the others must stay; empty when all may go
 */
public record ChannelGroup(
        List<String> layers, List<WeightSlice> filters, int[] removable, List<String> reasons) {}
