package io.pitlane.analysis.reconstruction;

/**
 * The moments of weighted samples that least squares needs: means, and sums of products. Centred
 * moments are those of the samples' differences from their mean; their least-squares solution is
 * that with an intercept.
 *
 * @param groups number of groups
 * @param inputs number of inputs of a group
 * @param outputs number of outputs of a group
 * @param weight sum of the weights of the samples; their number where each weighs 1
 * @param inputMeans {@code [groups, inputs]}
 * @param outputMeans {@code [groups, outputs]}
 * @param gram products of inputs with inputs, {@code [groups, inputs, inputs]}
 * @param crossed products of inputs with outputs, {@code [groups, inputs, outputs]}
 */
record Moments(
        int groups,
        int inputs,
        int outputs,
        double weight,
        double[] inputMeans,
        double[] outputMeans,
        double[] gram,
        double[] crossed) {

    /** No samples yet. */
    static Moments none(KernelMatrix layout) {
        int groups = layout.groups();
        int inputs = layout.inputs();
        int outputs = layout.outputs();
        return new Moments(
                groups,
                inputs,
                outputs,
                0,
                new double[groups * inputs],
                new double[groups * outputs],
                new double[groups * inputs * inputs],
                new double[groups * inputs * outputs]);
    }

    /** The moments of these and more samples; these are not to be used any more. */
    Moments with(LayerSamples samples, MatrixSession session) {
        var weighted = samples.weightedInputs();
        add(session.crossed(weighted, samples.inputs(), groups, samples.capacity()), gram);
        add(session.crossed(weighted, samples.outputs(), groups, samples.capacity()), crossed);
        double total = weight;
        for (float each : samples.weights()) {
            total += each;
        }
        addMeans(samples.inputs(), inputMeans, inputs, samples.weights(), total);
        addMeans(samples.outputs(), outputMeans, outputs, samples.weights(), total);
        return new Moments(groups, inputs, outputs, total, inputMeans, outputMeans, gram, crossed);
    }

    private static void add(double[] more, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
    }

    private void addMeans(
            float[] values, double[] means, int length, float[] weights, double total) {
        int rows = weights.length;
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < length; i++) {
                double sum = means[group * length + i] * weight;
                for (int row = 0; row < rows; row++) {
                    sum += (double) weights[row] * values[(group * rows + row) * length + i];
                }
                means[group * length + i] = total == 0 ? 0 : sum / total;
            }
        }
    }

    /** The centred moments. */
    Moments centred() {
        var centredGram = gram.clone();
        var centredCrossed = crossed.clone();
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < inputs; i++) {
                double sum = weight * inputMeans[group * inputs + i];
                int row = group * inputs + i;
                for (int j = 0; j < inputs; j++) {
                    centredGram[row * inputs + j] -= sum * inputMeans[group * inputs + j];
                }
                for (int j = 0; j < outputs; j++) {
                    centredCrossed[row * outputs + j] -= sum * outputMeans[group * outputs + j];
                }
            }
        }
        return new Moments(
                groups,
                inputs,
                outputs,
                weight,
                inputMeans,
                outputMeans,
                centredGram,
                centredCrossed);
    }

    /** The mean of the diagonal of {@link #gram} of each group. */
    double[] meanDiagonal() {
        var means = new double[groups];
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < inputs; i++) {
                means[group] += gram[(group * inputs + i) * inputs + i] / inputs;
            }
        }
        return means;
    }

    /** The mean of each output of weights {@code [groups, inputs, outputs]}. */
    double[] means(double[] weights) {
        var means = new double[groups * outputs];
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < inputs; i++) {
                double mean = inputMeans[group * inputs + i];
                int row = (group * inputs + i) * outputs;
                for (int j = 0; j < outputs; j++) {
                    means[group * outputs + j] += mean * weights[row + j];
                }
            }
        }
        return means;
    }

    /** The intercept that gives weights the mean of the former outputs. */
    double[] intercept(double[] weights) {
        var intercept = means(weights);
        for (int i = 0; i < intercept.length; i++) {
            intercept[i] = outputMeans[i] - intercept[i];
        }
        return intercept;
    }

    /**
     * The mean square of each output of weights {@code [groups, inputs, outputs]}; of centred
     * moments, the variance.
     */
    double[] power(double[] weights, MatrixSession session) {
        var products = session.product(gram, weights, groups, inputs);
        var power = new double[groups * outputs];
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < inputs; i++) {
                int row = (group * inputs + i) * outputs;
                for (int j = 0; j < outputs; j++) {
                    power[group * outputs + j] += weights[row + j] * products[row + j] / weight;
                }
            }
        }
        return power;
    }
}
