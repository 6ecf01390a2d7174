package io.pitlane.prune;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.ChannelSensitivity.Point;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.graph.channels.allocation.RankedGroup;
import io.pitlane.graph.channels.allocation.RemovalLoss;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The loss of a removal as it was measured: the divergence of the predicted classes, or for models
 * without classes the noise of the outputs over their signal. Both are of second order in the
 * change of the outputs, so that those of independent changes add up. Between two measurements the
 * loss grows with the saliency of the channels removed; beyond the last one it grows with the power
 * of the ratio that the last two tell.
 */
final class MeasuredLoss implements RemovalLoss {
    private static final double LEAST_POWER = 1;
    private static final double MOST_POWER = 6;
    private static final double QUADRATIC = 2;

    private final Map<String, TreeMap<Integer, Double>> curves = new HashMap<>();

    MeasuredLoss(ChannelSensitivity sensitivity) {
        for (var group : sensitivity.groups()) {
            var curve = new TreeMap<Integer, Double>();
            curve.put(0, 0.0);
            for (var point : group.points()) {
                // Noise of the measurement aside, a loss does not fall.
                curve.put(point.removed(), Math.max(curve.lastEntry().getValue(), loss(point)));
            }
            curves.put(group.layers().get(0), curve);
        }
    }

    private static double loss(Point point) {
        return loss(point.error());
    }

    private static double loss(OutputError error) {
        return error.divergence() == null ? error.noise() : error.divergence();
    }

    @Override
    public double of(RankedGroup group, int removed) {
        var curve = curves.get(group.name());
        if (curve == null || removed == 0) {
            return 0;
        }
        var below = curve.floorEntry(removed);
        var above = curve.higherEntry(removed);
        if (above == null) {
            return below.getValue()
                    * Math.pow((double) removed / below.getKey(), power(curve, below.getKey()));
        }
        double share =
                saliency(group, below.getKey(), removed)
                        / saliency(group, below.getKey(), above.getKey());
        return below.getValue() + share * (above.getValue() - below.getValue());
    }

    private static double power(TreeMap<Integer, Double> curve, int last) {
        var before = curve.lowerEntry(last);
        if (before == null || before.getValue() <= 0) {
            return QUADRATIC;
        }
        double power =
                Math.log(curve.get(last) / before.getValue())
                        / Math.log((double) last / before.getKey());
        return Math.max(LEAST_POWER, Math.min(MOST_POWER, power));
    }

    /** The saliency of some channels in the group's order, a little for each at least. */
    private static double saliency(RankedGroup group, int from, int to) {
        double lowest = Math.min(0, group.scores()[0]);
        double highest = group.scores()[group.order().length - 1] - lowest;
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += group.scores()[i] - lowest + 1e-6 * highest + Double.MIN_NORMAL;
        }
        return sum;
    }
}
