package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.List;
import java.util.Map;

/** Scores how much each channel of a group matters. */
@FunctionalInterface
public interface Saliency {

    /** A score for each removable channel of the group; the lowest is removed first. */
    Map<Integer, Double> of(ChannelGroup group);

    /**
     * Whether a score estimates how much the loss of the model rises without the channel. Then the
     * scores of different groups compare, and add up.
     */
    default boolean isLoss() {
        return false;
    }

    /** What people should know of the scores given so far; one sentence each. */
    default List<String> notes() {
        return List.of();
    }

    /** Makes the saliency for a graph. */
    @FunctionalInterface
    interface Factory {

        /**
         * The saliency of a graph's channels.
         *
         * @param graph the model
         * @param dependencies of the same graph
         */
        Saliency on(FlatGraph graph, DependencyGraph dependencies);
    }
}
