package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.List;

/**
 * The groups of layers whose channels can only be removed together.
 *
 * <pre>{@code
 * for (var group : ChannelGroups.of(graph)) {
 *     group.layers();    // conv1, conv3: a residual sum joins them
 *     group.removable(); // 64: a width of 0.5 leaves 32
 * }
 * }</pre>
 */
public final class ChannelGroups {
    private ChannelGroups() {}

    /**
     * One group.
     *
     * @param layers names of the layers that produce the channels
     * @param removable number of channels that can be removed, each with all that is coupled to it
     * @param reasons why the others must stay; empty when all can be removed
     */
    public record Group(List<String> layers, int removable, List<String> reasons) {
        public Group {
            layers = List.copyOf(layers);
            reasons = List.copyOf(reasons);
        }
    }

    /** The groups in the order of their first layers. */
    public static List<Group> of(FlatGraph graph) {
        return DependencyGraph.of(VectorUnsharing.apply(graph)).groups().stream()
                .map(group -> new Group(group.layers(), group.removable().length, group.reasons()))
                .toList();
    }
}
