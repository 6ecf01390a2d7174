package io.pitlane.analysis.reconstruction;

import java.util.Arrays;

/** Weighted inputs of a layer and its former outputs, at some positions of some images. */
final class LayerSamples {
    private final KernelMatrix layout;
    private final int capacity;
    private final float[] inputs;
    private final float[] outputs;
    private final float[] weights;
    private int rows;

    /**
     * Room for samples.
     *
     * @param capacity number of samples
     */
    LayerSamples(KernelMatrix layout, int capacity) {
        this.layout = layout;
        this.capacity = capacity;
        this.inputs = new float[layout.groups() * capacity * layout.inputs()];
        this.outputs = new float[layout.groups() * capacity * layout.outputs()];
        this.weights = new float[capacity];
    }

    /**
     * Adds a sample.
     *
     * @param patch {@code [height, width, channels]}
     * @param former holds the layer's output channels
     * @param at where they begin
     * @param weight of the sample's squared error
     */
    void add(float[] patch, float[] former, int at, float weight) {
        layout.copyPatch(patch, inputs, capacity, rows);
        for (int group = 0; group < layout.groups(); group++) {
            System.arraycopy(
                    former,
                    at + group * layout.outputs(),
                    outputs,
                    (group * capacity + rows) * layout.outputs(),
                    layout.outputs());
        }
        weights[rows] = weight;
        rows++;
    }

    boolean isFull() {
        return rows == capacity;
    }

    /** Number of samples. */
    int rows() {
        return rows;
    }

    /** Number of samples that there is room for; those that are not there are zeros. */
    int capacity() {
        return capacity;
    }

    /** {@code [groups, capacity, inputs]}. */
    float[] inputs() {
        return inputs;
    }

    /** The same, each sample times its weight. */
    float[] weightedInputs() {
        var weighted = inputs.clone();
        for (int group = 0; group < layout.groups(); group++) {
            for (int row = 0; row < rows; row++) {
                int from = (group * capacity + row) * layout.inputs();
                for (int i = from; i < from + layout.inputs(); i++) {
                    weighted[i] *= weights[row];
                }
            }
        }
        return weighted;
    }

    /** The weight of each sample; 0 where there is none. */
    float[] weights() {
        return weights;
    }

    /** {@code [groups, capacity, outputs]}. */
    float[] outputs() {
        return outputs;
    }

    void clear() {
        Arrays.fill(inputs, 0);
        Arrays.fill(outputs, 0);
        Arrays.fill(weights, 0);
        rows = 0;
    }
}
