package io.pitlane.quantize.correction;

import io.pitlane.graph.fusion.FusedActivation;
import java.util.Arrays;

/** The ranges of a layer's output channels while they are divided by factors. */
final class ChannelRanges {
    /**
     * The smallest range that a channel is taken to have, as a share of the largest. One that is
     * hardly ever active must not keep large weights behind it: the others are rounded with them.
     */
    private static final double SMALLEST = 1.0 / 4096;

    private final double[] minima;
    private final double[] maxima;
    private final double[] divisors;
    private final boolean[] clipped;
    private final FusedActivation activation;

    /** The largest absolute value of each channel behind the activation, or the smallest range. */
    private final double[] magnitudes;

    /** Whether a channel is ever other than 0 behind the activation. */
    private final boolean[] active;

    /**
     * The ranges of a layer.
     *
     * @param minima the smallest value of each channel before the activation
     * @param maxima the largest
     */
    ChannelRanges(double[] minima, double[] maxima, FusedActivation activation) {
        this.minima = minima.clone();
        this.maxima = maxima.clone();
        this.activation = activation;
        this.divisors = new double[minima.length];
        Arrays.fill(divisors, 1);
        this.clipped = new boolean[minima.length];
        for (int channel = 0; channel < clipped.length; channel++) {
            clipped[channel] = maxima[channel] >= activation.ceiling();
        }
        this.magnitudes = new double[minima.length];
        Arrays.setAll(magnitudes, this::measured);
        this.active = new boolean[minima.length];
        double smallest = largest(magnitudes) * SMALLEST;
        for (int channel = 0; channel < active.length; channel++) {
            active[channel] = magnitudes[channel] > 0;
            magnitudes[channel] = Math.max(magnitudes[channel], smallest);
        }
    }

    /**
     * Positive factors to divide the channels by, so that their ranges become as large as those of
     * the weights that read them; none gets larger than the largest is.
     *
     * @param read the ranges of these weights; 0 where nothing reads the channel
     */
    double[] balanced(double[] read) {
        return factors(magnitudes, read, 0.5);
    }

    /**
     * Likewise, for the ranges of the weights that make the channels.
     *
     * @param made the ranges of these weights
     */
    double[] balanced(double[] made, double[] read) {
        double smallest = largest(made) * SMALLEST;
        return factors(
                Arrays.stream(made).map(range -> Math.max(range, smallest)).toArray(), read, 0.5);
    }

    /**
     * Factors after which all channels have the same range, but those that are always 0: nothing is
     * known about the values that they have for other images, and they must not be clipped.
     */
    double[] equal() {
        var read = new double[divisors.length];
        Arrays.setAll(read, channel -> active[channel] ? 1 : 0);
        return factors(magnitudes, read, 1);
    }

    private double[] factors(double[] own, double[] read, double exponent) {
        double largest = largest(magnitudes);
        var factors = new double[divisors.length];
        Arrays.fill(factors, 1);
        double scaled = 0;
        for (int channel = 0; channel < factors.length; channel++) {
            if (own[channel] > 0 && isFree(channel, read)) {
                factors[channel] = Math.pow(own[channel] / read[channel], exponent);
                scaled = Math.max(scaled, magnitudes[channel] / factors[channel]);
            }
        }
        for (int channel = 0; channel < factors.length; channel++) {
            factors[channel] *= scaled > 0 && isFree(channel, read) ? scaled / largest : 1;
        }
        return factors;
    }

    private static double largest(double[] ranges) {
        return Arrays.stream(ranges).filter(Double::isFinite).max().orElse(0);
    }

    /** Whether it is read, and not clipped by ReLU6, which clips at the same value always. */
    private boolean isFree(int channel, double[] read) {
        return read[channel] > 0 && !clipped[channel] && Double.isFinite(magnitudes[channel]);
    }

    private double measured(int channel) {
        double above = Math.min(activation.ceiling(), Math.max(0, maxima[channel]));
        return activation.nonNegative() ? above : Math.max(above, -minima[channel]);
    }

    /** Divides the channels; returns the largest change, as a logarithm. */
    double divideBy(double[] factors) {
        double change = 0;
        for (int channel = 0; channel < factors.length; channel++) {
            minima[channel] /= factors[channel];
            maxima[channel] /= factors[channel];
            magnitudes[channel] /= factors[channel];
            divisors[channel] *= factors[channel];
            change = Math.max(change, Math.abs(Math.log(factors[channel])));
        }
        return change;
    }

    /** What a channel has been divided by so far. */
    double divisor(int channel) {
        return divisors[channel];
    }

    /** What each channel exceeds for all images, where an activation would clip it at 0 else. */
    double[] alwaysPositive() {
        var floors = new double[minima.length];
        for (int channel = 0; channel < floors.length; channel++) {
            boolean isShiftable = activation.nonNegative() && !clipped[channel];
            floors[channel] = isShiftable ? Math.max(0, minima[channel]) : 0;
        }
        return floors;
    }
}
