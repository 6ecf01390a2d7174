package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What channel pruning can reach within limits.
 *
 * @param least with every group cut as far as the limits allow
 * @param most of the model as it is
 */
public record ReachableCost(double least, double most) {

    /**
     * What can be reached with a model.
     *
     * @param model what is counted
     */
    public static ReachableCost of(CostModel model, FlatGraph shared, ChannelLimits limits) {
        var graph = VectorUnsharing.apply(shared);
        var dependencies = DependencyGraph.of(graph);
        var groups =
                limits.rank(
                        dependencies.groups(),
                        group ->
                                Arrays.stream(group.removable())
                                        .boxed()
                                        .collect(
                                                Collectors.toMap(
                                                        Function.identity(), channel -> 0.0)),
                        new ChannelSelection(graph, dependencies));
        var costs = new CutCosts(model, graph, dependencies, groups);
        return new ReachableCost(
                costs.of(groups.stream().mapToInt(RankedGroup::most).toArray()),
                costs.of(new int[groups.size()]));
    }
}
