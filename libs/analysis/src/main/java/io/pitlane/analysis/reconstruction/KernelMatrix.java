package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operations;
import org.tensorflow.proto.NodeDef;

/**
 * The kernel of a layer as a stack of matrices {@code [groups, inputs, outputs]}: an output of a
 * group is the product of a column and the values of the group below the filter, ordered {@code
 * [height, width, channels]}. A depthwise convolution has a group for each channel.
 */
final class KernelMatrix {
    private final long[] shape;
    private final int area;
    private final int groups;
    private final int inputs;
    private final int outputs;
    private final int[] places;

    /**
     * The matrices of a layer.
     *
     * @param kernel shape of its kernel
     * @param channels number of channels of its input
     */
    KernelMatrix(NodeDef layer, long[] kernel, int channels) {
        this.shape = kernel;
        int size = 1;
        for (long length : kernel) {
            size *= (int) length;
        }
        var operation = Operations.of(layer);
        int last = (int) kernel[kernel.length - 1];
        int previous = (int) kernel[kernel.length - 2];
        boolean inputsLast = inputsAreLast(layer, operation);
        this.area = size / last / previous;
        int inputChannels = inputsLast ? last : previous;
        int outputChannels = inputsLast ? previous : last;
        if (operation.isDepthwise()) {
            this.groups = previous;
            this.inputs = area;
            this.outputs = last;
        } else {
            this.groups = operation.isConvolution() ? Math.max(1, channels / inputChannels) : 1;
            this.inputs = area * inputChannels;
            this.outputs = outputChannels / groups;
        }
        this.places = new int[size];
        for (int i = 0; i < size; i++) {
            int pixel = i / (last * previous);
            int a = i / last % previous;
            int b = i % last;
            int input = inputsLast ? b : a;
            int output = inputsLast ? a : b;
            places[i] =
                    operation.isDepthwise()
                            ? (a * inputs + pixel) * outputs + b
                            : (output / outputs * inputs + pixel * inputChannels + input) * outputs
                                    + output % outputs;
        }
    }

    private static boolean inputsAreLast(NodeDef layer, Operation operation) {
        return operation.isTransposedConvolution()
                || operation.kernel().orElseThrow() == KernelLayout.MATRIX
                        && KernelLayout.isTransposed(layer, 1);
    }

    /** Number of groups that have inputs of their own. */
    int groups() {
        return groups;
    }

    /** Number of weights of an output. */
    int inputs() {
        return inputs;
    }

    /**
     * Number of outputs of a group; the channels of the layer are those of one group after the
     * other.
     */
    int outputs() {
        return outputs;
    }

    /** Number of output channels of all groups. */
    int channels() {
        return groups * outputs;
    }

    /** The weights of a kernel as matrices. */
    double[] of(FloatTensor kernel) {
        var matrix = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            matrix[places[i]] = kernel.values()[i];
        }
        return matrix;
    }

    /** Matrices as a kernel. */
    FloatTensor kernel(double[] matrix) {
        var values = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            values[i] = (float) matrix[places[i]];
        }
        return new FloatTensor(values, shape);
    }

    /**
     * Copies a patch {@code [height, width, channels]} of all groups into the rows of samples.
     *
     * @param samples {@code [groups, rows, inputs]}
     */
    void copyPatch(float[] patch, float[] samples, int rows, int row) {
        if (groups == 1) {
            System.arraycopy(patch, 0, samples, row * inputs, inputs);
            return;
        }
        int each = inputs / area;
        for (int group = 0; group < groups; group++) {
            for (int pixel = 0; pixel < area; pixel++) {
                System.arraycopy(
                        patch,
                        (pixel * groups + group) * each,
                        samples,
                        (group * rows + row) * inputs + pixel * each,
                        each);
            }
        }
    }
}
