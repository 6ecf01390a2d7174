package io.pitlane.quantize.correction;

import java.util.stream.IntStream;

/**
 * Coordinate descent over the rounding of a layer's weights: one weight after the other goes to the
 * other of the two integers next to it where that lowers the error of its output over all samples,
 * until none does. Outputs do not depend on each other's weights.
 */
final class RoundingDescent {
    private static final int SWEEPS = 20;

    /** A gain of less than this share of the error may be one of the arithmetic. */
    private static final double LEAST_GAIN = 1e-6;

    private final ReconstructionSamples samples;
    private final float[] lower;
    private final float[] upper;
    private final int outputs;

    /**
     * A descent.
     *
     * @param lower the lower of the two values of each weight, {@code [inputs, outputs]}
     * @param upper the other one; the same for a weight that stays
     */
    RoundingDescent(ReconstructionSamples samples, float[] lower, float[] upper) {
        this.samples = samples;
        this.lower = lower;
        this.upper = upper;
        this.outputs = samples.bias().length;
    }

    /**
     * The rounded weights at the end of the descent.
     *
     * @param start one of the two values of each weight
     */
    float[] from(float[] start) {
        var rounded = start.clone();
        var ends = IntStream.range(0, samples.size()).mapToObj(s -> samples.outputs(rounded, s));
        var products = ends.toArray(float[][]::new);
        IntStream.range(0, outputs)
                .parallel()
                .forEach(output -> descend(output, rounded, products));
        return rounded;
    }

    private void descend(int output, float[] rounded, float[][] products) {
        double error = 0;
        for (int sample = 0; sample < samples.size(); sample++) {
            error += samples.squaredError(sample, output, products[sample][output]);
        }
        boolean isChanged = true;
        for (int sweep = 0; sweep < SWEEPS && isChanged; sweep++) {
            isChanged = false;
            for (int i = output; i < rounded.length; i += outputs) {
                float other = rounded[i] == lower[i] ? upper[i] : lower[i];
                float change = other - rounded[i];
                double gain = change == 0 ? 0 : gain(i, change, products);
                if (gain > LEAST_GAIN * error) {
                    error -= gain;
                    rounded[i] = other;
                    move(i, change, products);
                    isChanged = true;
                }
            }
        }
    }

    /** How much the error falls. */
    private double gain(int i, float change, float[][] products) {
        int output = i % outputs;
        double gain = 0;
        for (int sample = 0; sample < products.length; sample++) {
            float value = samples.read(sample, i);
            if (value != 0) {
                float before = products[sample][output];
                gain +=
                        samples.squaredError(sample, output, before)
                                - samples.squaredError(sample, output, before + value * change);
            }
        }
        return gain;
    }

    private void move(int i, float change, float[][] products) {
        int output = i % outputs;
        for (int sample = 0; sample < products.length; sample++) {
            products[sample][output] += samples.read(sample, i) * change;
        }
    }
}
