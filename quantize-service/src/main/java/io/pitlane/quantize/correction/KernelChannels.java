package io.pitlane.quantize.correction;

import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.operation.Operations;

/** The input and the output channel of each weight of a layer, by its index in row-major order. */
final class KernelChannels {
    private final boolean depthwise;
    private final int inputs;
    private final int outputs;
    private final int inputStride;
    private final int outputStride;

    private KernelChannels(
            boolean depthwise, int inputs, int outputs, int inputStride, int outputStride) {
        this.depthwise = depthwise;
        this.inputs = inputs;
        this.outputs = outputs;
        this.inputStride = inputStride;
        this.outputStride = outputStride;
    }

    static KernelChannels of(FusedLayer layer) {
        var shape = layer.weights().shape();
        int rank = shape.length;
        if (layer.depthwise()) {
            int channels = (int) shape[rank - 2];
            int multiplier = (int) shape[rank - 1];
            return new KernelChannels(true, channels, channels * multiplier, multiplier, 1);
        }
        int output = layer.outputAxis();
        int input =
                Operations.of(layer.product())
                        .kernel()
                        .orElseThrow()
                        .inputAxis(layer.product(), 1, rank)
                        .orElseThrow();
        return new KernelChannels(
                false,
                (int) shape[input],
                (int) shape[output],
                stride(shape, input),
                stride(shape, output));
    }

    private static int stride(long[] shape, int axis) {
        int stride = 1;
        for (int after = axis + 1; after < shape.length; after++) {
            stride *= (int) shape[after];
        }
        return stride;
    }

    /** Number of input channels; of one group where the convolution is grouped. */
    int inputs() {
        return inputs;
    }

    int outputs() {
        return outputs;
    }

    int input(int index) {
        return index / inputStride % inputs;
    }

    int output(int index) {
        return index / outputStride % outputs;
    }

    /** Whether output channels have the range of their input channel only. */
    boolean isDepthwise() {
        return depthwise;
    }
}
