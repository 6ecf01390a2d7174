package io.pitlane.graph.channels.allocation;

/**
 * The loss as the saliency tells it, where none is measured: {@code -log(kept)}, with the share of
 * the group's saliency that is kept. Minimising the sum over the groups maximises the product of
 * the shares kept, as if the signal passed through the groups one after the other.
 */
public final class SaliencyLoss implements RemovalLoss {
    private static final double LEAST_KEPT = 1e-6;

    @Override
    public double of(RankedGroup group, int removed) {
        double lowest = group.scores().length == 0 ? 0 : Math.min(0, group.scores()[0]);
        double all = 0;
        double kept = 0;
        for (int i = 0; i < group.scores().length; i++) {
            double score = group.scores()[i] - lowest;
            all += score;
            kept += i >= removed ? score : 0;
        }
        double share = all > 0 ? kept / all : 1 - group.ratio(removed);
        return -Math.log(Math.max(LEAST_KEPT, share));
    }
}
