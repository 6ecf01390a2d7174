package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an allocation must leave.
 *
 * @param maxRatio most of its removable channels that a group may lose, above 0 and at most 1; the
 *     last channel of a tensor stays in any case
 * @param roundTo every layer of a group that loses channels keeps a multiple of this; 1 for any
 *     number
 * @param ignored names of layers whose groups lose nothing
 */
public record ChannelLimits(double maxRatio, int roundTo, Set<String> ignored) {
    /** No limits. */
    public static final ChannelLimits NONE = new ChannelLimits(1, 1, Set.of());

    private static final double ROUNDING = 1e-9;

    public ChannelLimits {
        if (!(maxRatio > 0 && maxRatio <= 1) || roundTo < 1) {
            throw new IllegalArgumentException(
                    "limits out of range: maxRatio %s, roundTo %d".formatted(maxRatio, roundTo));
        }
        ignored = Set.copyOf(ignored);
    }

    /**
     * Ranks the channels of each group. Groups that these limits leave as they are get a note.
     *
     * @param selection of the same graph; nothing is removed from it
     */
    public List<RankedGroup> rank(
            List<ChannelGroup> groups, Saliency saliency, ChannelSelection selection) {
        return groups.stream().map(group -> rank(group, saliency, selection)).toList();
    }

    private RankedGroup rank(ChannelGroup group, Saliency saliency, ChannelSelection selection) {
        var scores = saliency.of(group);
        // The channels that can go together: not the last one of a tensor.
        var alone = new ChannelSelection(selection.graph(), selection.dependencies());
        var order =
                Arrays.stream(group.removable())
                        .boxed()
                        .sorted(Comparator.comparing(scores::get))
                        .filter(alone::remove)
                        .mapToInt(Integer::intValue)
                        .toArray();
        var removals = removals(group, order, selection);
        whyNothing(group, order, removals).ifPresent(reason -> selection.leave(group, reason));
        return new RankedGroup(
                group, order, scores(group, order, scores), saliency.isLoss(), removals);
    }

    /** The scores of the channels in order, then of those that must stay. */
    private static double[] scores(ChannelGroup group, int[] order, Map<Integer, Double> scores) {
        var removable = Arrays.stream(order).boxed().collect(Collectors.toSet());
        return IntStream.concat(
                        Arrays.stream(order),
                        Arrays.stream(group.removable()).filter(id -> !removable.contains(id)))
                .mapToDouble(scores::get)
                .toArray();
    }

    private int[] removals(ChannelGroup group, int[] order, ChannelSelection selection) {
        if (group.layers().stream().anyMatch(ignored::contains)) {
            return new int[] {0};
        }
        int most = (int) Math.floor(group.removable().length * maxRatio + ROUNDING);
        var widths = new LayerWidths(group, order, selection.dependencies());
        return IntStream.rangeClosed(0, Math.min(most, order.length))
                .filter(removed -> removed == 0 || widths.areMultiples(removed, roundTo))
                .toArray();
    }

    private Optional<String> whyNothing(ChannelGroup group, int[] order, int[] removals) {
        var named = group.layers().stream().filter(ignored::contains).toList();
        if (!named.isEmpty()) {
            return Optional.of("ignore names " + String.join(", ", named));
        }
        if (removals.length == 1 && order.length > 0) {
            return Optional.of(
                    "maxRatio and roundTo allow no removal of %d channels"
                            .formatted(group.removable().length));
        }
        return Optional.empty();
    }
}
