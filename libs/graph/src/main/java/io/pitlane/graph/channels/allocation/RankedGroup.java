package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A group whose channels are ranked.
 *
 * @param group the group
 * @param order the channels that can be removed, the least salient first
 * @param scores of these channels in that order, then of those that must stay as the last ones
 * @param isLoss whether the scores are {@linkplain io.pitlane.graph.channels.Saliency#isLoss
 *     losses}
 * @param removals how many of them may be removed: in ascending order, 0 first
 */
public record RankedGroup(
        ChannelGroup group, int[] order, double[] scores, boolean isLoss, int[] removals) {

    /** The name of the group's first layer, which no other group has. */
    public String name() {
        return group.layers().get(0);
    }

    /** The largest allowed number of removals that is at most {@code wanted}. */
    public int allowed(int wanted) {
        int at = Arrays.binarySearch(removals, wanted);
        return removals[at >= 0 ? at : -at - 2];
    }

    /** The most that may be removed. */
    public int most() {
        return removals[removals.length - 1];
    }

    /** The channels that go first. */
    public IntStream first(int removed) {
        return Arrays.stream(order, 0, removed);
    }

    /** The share of the removable channels that a number is. */
    public double ratio(int removed) {
        return (double) removed / group.removable().length;
    }
}
