package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.List;

/**
 * Removes so many channels of each group that the model costs at most a target, at the least loss
 * that {@link BudgetSearch} finds.
 *
 * <pre>{@code
 * var macs = Footprint.of(graph).macs();
 * new TargetAllocation(new MacsCost(Map.of()), macs / 2.0, limits, new SaliencyLoss());
 * }</pre>
 *
 * @param model what is counted
 * @param target the most that the pruned model may cost, in the unit of the cost model; where the
 *     limits do not allow that, each group loses as much as they allow
 * @param limits what each group keeps
 * @param loss how much the removal harms
 */
public record TargetAllocation(
        CostModel model, double target, ChannelLimits limits, RemovalLoss loss)
        implements ChannelAllocation {

    @Override
    public void select(List<ChannelGroup> groups, Saliency saliency, ChannelSelection selection) {
        var ranked = limits.rank(groups, saliency, selection);
        var costs = new CutCosts(model, selection.graph(), selection.dependencies(), ranked);
        var removed = new BudgetSearch(costs, target, ranked, loss).solve();
        for (int i = 0; i < removed.length; i++) {
            var group = ranked.get(i);
            if (removed[i] == 0 && group.most() > 0) {
                selection.leave(group.group(), "the target is reached without its channels");
            }
            group.first(removed[i]).forEach(selection::remove);
        }
    }
}
