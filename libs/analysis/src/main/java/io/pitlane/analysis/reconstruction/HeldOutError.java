package io.pitlane.analysis.reconstruction;

/** The squared error of weights on samples that they were not fitted to. */
final class HeldOutError {
    private final LayerSamples samples;
    private final int groups;
    private final int width;
    private final int outputs;
    private final MatrixSession session;
    private final double[] inputs;
    private final double variance;

    HeldOutError(LayerSamples samples, KernelMatrix layout, MatrixSession session) {
        this.samples = samples;
        this.groups = layout.groups();
        this.width = layout.inputs();
        this.outputs = layout.outputs();
        this.session = session;
        this.inputs = new double[samples.inputs().length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = samples.inputs()[i];
        }
        this.variance = variance();
    }

    /**
     * The error over the variance of the former outputs: 0 where they are given back, 1 where their
     * mean is.
     *
     * @param weights {@code [groups, inputs, outputs]}
     * @param intercept one value an output
     */
    double of(double[] weights, double[] intercept) {
        var products = session.product(inputs, weights, groups, width);
        double error = 0;
        for (int group = 0; group < groups; group++) {
            for (int row = 0; row < samples.rows(); row++) {
                int at = (group * samples.capacity() + row) * outputs;
                for (int i = 0; i < outputs; i++) {
                    double difference =
                            products[at + i]
                                    + intercept[group * outputs + i]
                                    - samples.outputs()[at + i];
                    error += difference * difference;
                }
            }
        }
        return variance == 0 ? 0 : error / variance;
    }

    private double variance() {
        double sum = 0;
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < outputs; i++) {
                sum += variance(group, i);
            }
        }
        return sum;
    }

    private double variance(int group, int output) {
        double sum = 0;
        double squares = 0;
        for (int row = 0; row < samples.rows(); row++) {
            double value = samples.outputs()[(group * samples.capacity() + row) * outputs + output];
            sum += value;
            squares += value * value;
        }
        return Math.max(0, squares - sum * sum / Math.max(1, samples.rows()));
    }
}
