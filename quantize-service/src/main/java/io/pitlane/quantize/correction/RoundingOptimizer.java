package io.pitlane.quantize.correction;

import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.graph.quantization.Quantization;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Decides for each weight of a layer whether it is rounded up or down, so that the layer's output
 * behind its activation is as close as possible to that of the float graph (Nagel et al., Up or
 * Down? Adaptive Rounding for Post-Training Quantization, ICML 2020):
 *
 * <ol>
 *   <li>Start at the float weights: the next lower integer and a share of a step.
 *   <li>Minimize the error by Adam over the shares, for random samples a step; a growing penalty on
 *       shares between 0 and 1 makes them decide. The error of an output is in units of that of
 *       rounding to nearest, so that the penalty has the same effect whatever the layer's values.
 *   <li>Round, and go on from there, or from rounding to nearest where that is better for an
 *       output, by coordinate descent ({@link RoundingDescent}): what each weight decided, it
 *       decided for shares of the others.
 *   <li>An output whose error is not smaller than with rounding to nearest, on images that were not
 *       used before and by more than what may be chance, is rounded to nearest.
 * </ol>
 *
 * A weight is rounded to one of the two integers next to it, zeros stay zeros, and signs stay. So
 * the sums of neighbouring weights are bounded as for rounding to nearest ({@link
 * io.pitlane.graph.quantization.WeightQuantization}).
 */
final class RoundingOptimizer {
    private static final int BATCH = 64;

    /** A gain of less than so many of its standard errors may be chance. */
    private static final double SIGNIFICANT = 2;

    private static final double WARM_UP = 0.2;
    private static final double SHARPEST = 20;
    private static final double BLUNTEST = 2;
    private static final double FIRST_MOMENT = 0.9;
    private static final double SECOND_MOMENT = 0.999;
    private static final double EPSILON = 1e-8;

    private final AdaRound options;
    private final Quantization quantization;
    private final float[] weights;
    private final int outputs;
    private final float[] lower;
    private final float[] variables;
    private final boolean[] fixed;

    /**
     * A layer.
     *
     * @param weights {@code [inputs, outputs]} in float
     * @param quantization of them, with a limit for each output or one for all
     * @param outputs number of outputs
     */
    RoundingOptimizer(AdaRound options, float[] weights, Quantization quantization, int outputs) {
        this.options = options;
        this.quantization = quantization;
        this.weights = weights;
        this.outputs = outputs;
        this.lower = new float[weights.length];
        this.variables = new float[weights.length];
        this.fixed = new boolean[weights.length];
        for (int i = 0; i < weights.length; i++) {
            double steps = weights[i] / scale(i);
            lower[i] = (float) Math.floor(steps);
            variables[i] = (float) SoftRounding.inverse(steps - lower[i]);
            fixed[i] =
                    lower[i] == steps
                            || lower[i] >= quantization.highest()
                            || lower[i] < quantization.lowest();
        }
    }

    private double scale(int index) {
        return quantization.scale(index % outputs);
    }

    /**
     * The rounded weights.
     *
     * @param samples of the layer
     */
    float[] optimize(ReconstructionSamples samples, Random random) {
        var training = samples.ofImages(image -> !HeldOutImages.contains(image));
        var others = samples.ofImages(HeldOutImages::contains);
        if (training.size() == 0 || others.size() == 0) {
            return nearest();
        }
        learn(training, random);
        var nearest = nearest();
        var start = better(training, nearest, rounded(i -> SoftRounding.of(variables[i]) >= 0.5));
        var learned =
                new RoundingDescent(training, rounded(i -> false), rounded(i -> true)).from(start);
        var isBetter = isBetter(others.errorsOfImages(nearest), others.errorsOfImages(learned));
        for (int i = 0; i < learned.length; i++) {
            learned[i] = isBetter[i % outputs] ? learned[i] : nearest[i];
        }
        return learned;
    }

    /** For each output, the weights of which the error is lower. */
    private float[] better(ReconstructionSamples training, float[] nearest, float[] learned) {
        var before = training.errors(nearest);
        var after = training.errors(learned);
        var better = learned.clone();
        for (int i = 0; i < better.length; i++) {
            better[i] = after[i % outputs] < before[i % outputs] ? learned[i] : nearest[i];
        }
        return better;
    }

    /** Whether an output's error falls on average over images, by more than what may be chance. */
    private boolean[] isBetter(double[][] before, double[][] after) {
        var isBetter = new boolean[outputs];
        for (int output = 0; output < outputs; output++) {
            double sum = 0;
            double squares = 0;
            for (int image = 0; image < before.length; image++) {
                double gain = before[image][output] - after[image][output];
                sum += gain;
                squares += gain * gain;
            }
            double n = before.length;
            double mean = sum / n;
            double variance = (squares / n - mean * mean) / Math.max(1, n - 1);
            isBetter[output] = mean > 0 && mean * mean > SIGNIFICANT * SIGNIFICANT * variance;
        }
        return isBetter;
    }

    private void learn(ReconstructionSamples training, Random random) {
        var importance = importance(training);
        var first = new float[weights.length];
        var second = new float[weights.length];
        for (int step = 0; step < options.iterations(); step++) {
            var batch = training.select(random.ints(BATCH, 0, training.size()));
            var gradient = batch.gradient(soft(), importance);
            double time = (double) step / options.iterations();
            double sharpness = SHARPEST - (SHARPEST - BLUNTEST) * (time - WARM_UP) / (1 - WARM_UP);
            double penalty =
                    time < WARM_UP
                            ? 0
                            : options.regularization() * outputs / (double) weights.length;
            double correction =
                    Math.sqrt(1 - Math.pow(SECOND_MOMENT, step + 1))
                            / (1 - Math.pow(FIRST_MOMENT, step + 1));
            IntStream.range(0, weights.length / outputs)
                    .parallel()
                    .forEach(
                            row -> {
                                for (int i = row * outputs; i < (row + 1) * outputs; i++) {
                                    if (!fixed[i]) {
                                        double slope = slope(i, gradient[i], penalty, sharpness);
                                        move(i, slope, correction, first, second);
                                    }
                                }
                            });
        }
    }

    /** The derivative of the loss by a variable. */
    private double slope(int i, double byWeight, double penalty, double sharpness) {
        double share = SoftRounding.of(variables[i]);
        double byShare =
                byWeight * scale(i)
                        + (penalty == 0
                                ? 0
                                : penalty * SoftRounding.indecisionSlope(share, sharpness));
        return byShare * SoftRounding.slope(variables[i]);
    }

    private void move(int i, double slope, double correction, float[] first, float[] second) {
        first[i] = (float) (FIRST_MOMENT * first[i] + (1 - FIRST_MOMENT) * slope);
        second[i] = (float) (SECOND_MOMENT * second[i] + (1 - SECOND_MOMENT) * slope * slope);
        variables[i] -=
                (float)
                        (options.learningRate()
                                * correction
                                * first[i]
                                / (Math.sqrt(second[i]) + EPSILON));
    }

    private double[] importance(ReconstructionSamples training) {
        var importance = training.errors(nearest());
        for (int output = 0; output < outputs; output++) {
            importance[output] = importance[output] == 0 ? 0 : 1 / importance[output];
        }
        return importance;
    }

    private float[] soft() {
        var soft = new float[weights.length];
        for (int i = 0; i < soft.length; i++) {
            double steps = lower[i] + SoftRounding.of(variables[i]);
            soft[i] = fixed[i] ? nearest(i) : (float) (scale(i) * steps);
        }
        return soft;
    }

    /** The weights, each up or down. */
    private float[] rounded(IntPredicate isUp) {
        var rounded = new float[weights.length];
        for (int i = 0; i < rounded.length; i++) {
            int integer = (int) lower[i] + (isUp.test(i) ? 1 : 0);
            rounded[i] = fixed[i] ? nearest(i) : quantization.dequantize(integer, i % outputs);
        }
        return rounded;
    }

    private float[] nearest() {
        var nearest = new float[weights.length];
        for (int i = 0; i < nearest.length; i++) {
            nearest[i] = nearest(i);
        }
        return nearest;
    }

    private float nearest(int i) {
        int channel = i % outputs;
        return quantization.dequantize(quantization.quantize(weights[i], channel), channel);
    }
}
