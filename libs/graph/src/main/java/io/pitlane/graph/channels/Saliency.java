package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.Map;

/** Scores how much each channel of a group matters. */
@FunctionalInterface
interface Saliency {

    /** A score for each removable channel of the group; the lowest is removed first. */
    Map<Integer, Double> of(ChannelGroup group);
}
