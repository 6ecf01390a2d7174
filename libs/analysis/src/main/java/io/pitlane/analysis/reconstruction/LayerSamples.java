package io.pitlane.analysis.reconstruction;

import java.util.Arrays;

/** Inputs of a layer and its former outputs, at some positions of some images. */
final class LayerSamples {
    private final KernelMatrix layout;
    private final int capacity;
    private final float[] inputs;
    private final float[] outputs;
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
    }

    /**
     * Adds a sample.
     *
     * @param patch {@code [height, width, channels]}
     * @param former holds the layer's output channels
     * @param at where they begin
     */
    void add(float[] patch, float[] former, int at) {
        layout.copyPatch(patch, inputs, capacity, rows);
        for (int group = 0; group < layout.groups(); group++) {
            System.arraycopy(
                    former,
                    at + group * layout.outputs(),
                    outputs,
                    (group * capacity + rows) * layout.outputs(),
                    layout.outputs());
        }
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

    /** {@code [groups, capacity, outputs]}. */
    float[] outputs() {
        return outputs;
    }

    void clear() {
        Arrays.fill(inputs, 0);
        Arrays.fill(outputs, 0);
        rows = 0;
    }
}
