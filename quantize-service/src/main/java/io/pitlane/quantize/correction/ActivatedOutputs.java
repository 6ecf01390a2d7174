package io.pitlane.quantize.correction;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.FusedLayer;

/** The outputs of a layer behind its activation, channel by channel, for a bias that is shifted. */
final class ActivatedOutputs {
    private final FusedActivation activation;
    private final double[] bias;
    private final double[] sums;
    private final long[] passed;
    private long positions;

    /**
     * No outputs yet.
     *
     * @param shift what is added to the bias of each channel
     */
    ActivatedOutputs(FusedLayer layer, double[] shift) {
        this.activation = layer.activation();
        this.bias = shift.clone();
        for (int channel = 0; channel < bias.length; channel++) {
            bias[channel] += layer.bias().values()[channel];
        }
        this.sums = new double[bias.length];
        this.passed = new long[bias.length];
    }

    /**
     * Takes a batch.
     *
     * @param product of the layer, {@code [N, ..., channels]}
     */
    void add(FloatTensor product) {
        var values = product.values();
        for (int first = 0; first < values.length; first += bias.length) {
            for (int channel = 0; channel < bias.length; channel++) {
                add(channel, values[first + channel] + bias[channel]);
            }
        }
        positions += values.length / bias.length;
    }

    private void add(int channel, double value) {
        if (!activation.nonNegative() || value > 0 && value < activation.ceiling()) {
            sums[channel] += value;
            passed[channel]++;
        } else if (value > 0) {
            sums[channel] += activation.ceiling();
        }
    }

    /** The mean of a channel; NaN where there are no values. */
    double mean(int channel) {
        return sums[channel] / positions;
    }

    /**
     * The share of the values of a channel that the activation passes unchanged, 0..1; 0 where
     * there are no values.
     */
    double passed(int channel) {
        return positions == 0 ? 0 : (double) passed[channel] / positions;
    }
}
