package io.pitlane.quantize.correction;

import io.pitlane.graph.fusion.FusedActivation;
import java.util.LinkedHashMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a layer reads and what it should give, at some positions of some images.
 *
 * <p>Weights are matrices {@code [inputs, outputs]} in row-major order, where the inputs are all
 * values that an output depends on, as the pixels and channels below a filter. Of a depthwise layer
 * they are {@code [pixels, channels]}, and each channel is multiplied by its own weights only.
 *
 * @param read the values that the layer reads, as the quantized graph computes them: {@code
 *     [inputs]} a sample, {@code [pixels * channels]} of a depthwise layer
 * @param wanted the outputs of the float graph before the activation, {@code [outputs]} a sample
 * @param images the image that each sample is of, by a number
 * @param bias of the layer, {@code [outputs]}
 * @param activation behind the bias
 * @param depthwise whether each channel has inputs of its own
 */
record ReconstructionSamples(
        float[][] read,
        float[][] wanted,
        int[] images,
        float[] bias,
        FusedActivation activation,
        boolean depthwise) {

    /** Number of samples. */
    int size() {
        return read.length;
    }

    /** Some of the samples. */
    ReconstructionSamples select(IntStream samples) {
        int[] chosen = samples.toArray();
        return new ReconstructionSamples(
                IntStream.of(chosen).mapToObj(i -> read[i]).toArray(float[][]::new),
                IntStream.of(chosen).mapToObj(i -> wanted[i]).toArray(float[][]::new),
                IntStream.of(chosen).map(i -> images[i]).toArray(),
                bias,
                activation,
                depthwise);
    }

    /** The samples of some images. */
    ReconstructionSamples ofImages(IntPredicate image) {
        return select(IntStream.range(0, size()).filter(sample -> image.test(images[sample])));
    }

    /** The mean squared error of each output behind the activation, for these weights. */
    double[] errors(float[] weights) {
        var errors = new double[bias.length];
        for (int sample = 0; sample < size(); sample++) {
            addErrors(errors, weights, sample, 1.0 / size());
        }
        return errors;
    }

    /** The same for each image, in the order in which they first occur. */
    double[][] errorsOfImages(float[] weights) {
        var counts = new LinkedHashMap<Integer, Integer>();
        for (int image : images) {
            counts.merge(image, 1, Integer::sum);
        }
        var errors = new LinkedHashMap<Integer, double[]>();
        counts.keySet().forEach(image -> errors.put(image, new double[bias.length]));
        for (int sample = 0; sample < size(); sample++) {
            int image = images[sample];
            addErrors(errors.get(image), weights, sample, 1.0 / counts.get(image));
        }
        return errors.values().toArray(double[][]::new);
    }

    private void addErrors(double[] errors, float[] weights, int sample, double share) {
        var outputs = outputs(weights, sample);
        for (int output = 0; output < errors.length; output++) {
            errors[output] += squaredError(sample, output, outputs[output]) * share;
        }
    }

    /** The squared error of an output that has a value before the activation. */
    double squaredError(int sample, int output, double value) {
        double difference = activated(value) - activated(wanted[sample][output]);
        return difference * difference;
    }

    /**
     * What a weight is multiplied by.
     *
     * @param weight its place in the matrix of the weights
     */
    float read(int sample, int weight) {
        return read[sample][depthwise ? weight : weight / bias.length];
    }

    /**
     * The derivative of the weighted sum of {@link #errors} by the weights.
     *
     * @param importance what each output's error is multiplied by
     */
    float[] gradient(float[] weights, double[] importance) {
        var slopes = new float[size()][];
        IntStream.range(0, size())
                .parallel()
                .forEach(sample -> slopes[sample] = slopes(weights, sample, importance));
        var gradient = new float[weights.length];
        int outputs = bias.length;
        // Each thread adds up rows of its own, always in the same order.
        IntStream.range(0, weights.length / outputs)
                .parallel()
                .forEach(row -> addRow(gradient, row, slopes));
        return gradient;
    }

    private void addRow(float[] gradient, int row, float[][] slopes) {
        int outputs = bias.length;
        int from = row * outputs;
        for (int sample = 0; sample < slopes.length; sample++) {
            var slope = slopes[sample];
            var values = read[sample];
            if (depthwise) {
                for (int output = 0; output < outputs; output++) {
                    gradient[from + output] += values[from + output] * slope[output];
                }
            } else if (values[row] != 0) {
                float value = values[row];
                for (int output = 0; output < outputs; output++) {
                    gradient[from + output] += value * slope[output];
                }
            }
        }
    }

    private float[] slopes(float[] weights, int sample, double[] importance) {
        var outputs = outputs(weights, sample);
        for (int output = 0; output < outputs.length; output++) {
            double value = outputs[output];
            boolean isClipped =
                    activation.nonNegative() && (value <= 0 || value >= activation.ceiling());
            double difference = activated(value) - activated(wanted[sample][output]);
            outputs[output] =
                    isClipped ? 0 : (float) (2 * importance[output] * difference / size());
        }
        return outputs;
    }

    /** The outputs before the activation, for these weights. */
    float[] outputs(float[] weights, int sample) {
        var values = read[sample];
        var outputs = bias.clone();
        int count = outputs.length;
        for (int row = 0; row < weights.length / count; row++) {
            int from = row * count;
            if (depthwise) {
                for (int output = 0; output < count; output++) {
                    outputs[output] += values[from + output] * weights[from + output];
                }
            } else if (values[row] != 0) {
                float value = values[row];
                for (int output = 0; output < count; output++) {
                    outputs[output] += value * weights[from + output];
                }
            }
        }
        return outputs;
    }

    private double activated(double value) {
        return activation.nonNegative()
                ? Math.max(0, Math.min(activation.ceiling(), value))
                : value;
    }
}
