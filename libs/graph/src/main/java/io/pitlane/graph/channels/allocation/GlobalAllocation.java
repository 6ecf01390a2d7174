package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.Arrays;
import java.util.List;

/**
 * One ranking over the channels of all groups: those with the lowest scores go. Scores are divided
 * by the mean of their group first, so that groups are comparable.
 *
 * @param ratio share of all removable channels, above 0 and below 1; as near to it as the limits
 *     allow
 * @param limits what each group keeps
 */
public record GlobalAllocation(double ratio, ChannelLimits limits) implements ChannelAllocation {

    @Override
    public void select(List<ChannelGroup> groups, Saliency saliency, ChannelSelection selection) {
        var ranked = limits.rank(groups, saliency, selection);
        long wanted =
                Math.round(
                        ratio * groups.stream().mapToInt(group -> group.removable().length).sum());
        double threshold = threshold(ranked, wanted);
        for (var group : ranked) {
            int removed = below(group, threshold);
            if (removed == 0 && group.most() > 0) {
                selection.leave(
                        group.group(), "its channels are more salient than those of other groups");
            }
            group.first(removed).forEach(selection::remove);
        }
    }

    /** The lowest threshold below which there are as many channels as wanted, if any is. */
    private static double threshold(List<RankedGroup> ranked, long wanted) {
        var candidates =
                ranked.stream()
                        .flatMapToDouble(group -> Arrays.stream(comparable(group)))
                        .sorted()
                        .distinct()
                        .toArray();
        int low = 0;
        int high = candidates.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            double threshold = candidates[middle];
            if (ranked.stream().mapToLong(group -> below(group, threshold)).sum() >= wanted) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < candidates.length ? candidates[low] : Double.POSITIVE_INFINITY;
    }

    /** How many channels of a group score at most a threshold and may be removed. */
    private static int below(RankedGroup group, double threshold) {
        var scores = comparable(group);
        int count = 0;
        while (count < group.order().length && scores[count] <= threshold) {
            count++;
        }
        return group.allowed(count);
    }

    private static double[] comparable(RankedGroup group) {
        double mean = Arrays.stream(group.scores()).map(Math::abs).average().orElse(0);
        return Arrays.stream(group.scores())
                .map(score -> mean > 0 ? score / mean : score)
                .toArray();
    }
}
