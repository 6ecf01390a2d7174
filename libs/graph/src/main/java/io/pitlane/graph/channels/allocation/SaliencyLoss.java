package io.pitlane.graph.channels.allocation;

import java.util.Arrays;

/**
 * The loss as the saliency tells it, where none is measured. Scores that are {@linkplain
 * io.pitlane.graph.channels.Saliency#isLoss losses} are added up. Others say little of one group
 * against another: the loss is {@code -log(kept)}, with the share of the group's saliency that is
 * kept. Minimising the sum over the groups maximises the product of the shares kept, as if the
 * signal passed through the groups one after the other.
 */
public final class SaliencyLoss implements RemovalLoss {
    private static final double LEAST_KEPT = 1e-6;

    @Override
    public double of(RankedGroup group, int removed) {
        return group.isLoss()
                ? Arrays.stream(group.scores(), 0, removed).sum()
                : -Math.log(Math.max(LEAST_KEPT, kept(group, removed)));
    }

    private static double kept(RankedGroup group, int removed) {
        double lowest = group.scores().length == 0 ? 0 : Math.min(0, group.scores()[0]);
        double all = 0;
        double kept = 0;
        for (int i = 0; i < group.scores().length; i++) {
            double score = group.scores()[i] - lowest;
            all += score;
            kept += i >= removed ? score : 0;
        }
        return all > 0 ? kept / all : 1 - group.ratio(removed);
    }
}
