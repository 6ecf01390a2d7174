package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A ratio for each group.
 *
 * @param ratio of a group: the share of its removable channels, 0 to 1, rounded to whole channels
 * @param limits what each group keeps
 */
public record RatioAllocation(ToDoubleFunction<ChannelGroup> ratio, ChannelLimits limits)
        implements ChannelAllocation {

    @Override
    public void select(List<ChannelGroup> groups, Saliency saliency, ChannelSelection selection) {
        for (var group : limits.rank(groups, saliency, selection)) {
            double share = ratio.applyAsDouble(group.group());
            int wanted = (int) Math.round(group.group().removable().length * share);
            int removed = group.allowed(wanted);
            if (removed == 0 && wanted > 0 && group.most() > 0) {
                selection.leave(
                        group.group(),
                        "a ratio of %s would leave less than the next multiple in roundTo"
                                .formatted(share));
            }
            group.first(removed).forEach(selection::remove);
        }
    }
}
