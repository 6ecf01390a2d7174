package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;

/**
 * The constant kernel of a layer in the order that TFLite wants.
 *
 * @param values in TFLite's order
 * @param channelAxis the axis of the output channels
 * @param quantization of these axes; null where it is not quantized in a way that kernels take
 */
record Kernel(FloatTensor values, int channelAxis, Quantization quantization) {
    private static final int DEPTHWISE_AXIS = 3;

    private static final int VOLUME_AXIS = 4;

    /**
     * {@code [..., in, out]} as {@code [out, ..., in]}.
     *
     * @param kernel of any rank from 2
     */
    static Kernel outputsLast(FloatTensor kernel, Quantization quantization) {
        var shape = kernel.shape();
        int last = shape.length - 1;
        var turned = new long[shape.length];
        turned[0] = shape[last];
        System.arraycopy(shape, 0, turned, 1, last);
        int outputs = (int) shape[last];
        return new Kernel(
                new FloatTensor(swapped(kernel.values(), outputs, 1), turned),
                0,
                ofOutputs(quantization, last, 0));
    }

    /** {@code [..., out, in]} as {@code [out, ..., in]}, likewise. */
    static Kernel outputsBeforeLast(FloatTensor kernel, Quantization quantization) {
        var shape = kernel.shape();
        int axis = shape.length - 2;
        var turned = shape.clone();
        turned[0] = shape[axis];
        System.arraycopy(shape, 0, turned, 1, axis);
        int outputs = (int) shape[axis];
        int inputs = (int) shape[axis + 1];
        return new Kernel(
                new FloatTensor(swapped(kernel.values(), outputs, inputs), turned),
                0,
                ofOutputs(quantization, axis, 0));
    }

    /** {@code [D, H, W, in, out]}, which TFLite takes as it is. */
    static Kernel ofVolumes(FloatTensor kernel, Quantization quantization) {
        return new Kernel(kernel, VOLUME_AXIS, ofOutputs(quantization, VOLUME_AXIS, VOLUME_AXIS));
    }

    /** {@code [H, W, in, multiplier]} as {@code [1, H, W, in * multiplier]}. */
    static Kernel depthwise(FloatTensor kernel, Quantization quantization) {
        var shape = kernel.shape();
        return new Kernel(
                new FloatTensor(kernel.values(), 1, shape[0], shape[1], shape[2] * shape[3]),
                DEPTHWISE_AXIS,
                ofDepthwise(quantization, (int) shape[2], (int) shape[3]));
    }

    /** A quantization along the axis of the outputs, moved to another place. */
    private static Quantization ofOutputs(Quantization quantization, int axis, int movedTo) {
        if (quantization == null || !quantization.signed() || quantization.bits() > Byte.SIZE) {
            return null;
        }
        if (!quantization.isPerChannel()) {
            return quantization;
        }
        return quantization.axis() == axis
                ? new Quantization(quantization.bits(), true, quantization.limits(), 0, movedTo)
                : null;
    }

    private static Quantization ofDepthwise(Quantization quantization, int inputs, int multiplier) {
        if (quantization == null || !quantization.isPerChannel()) {
            return ofOutputs(quantization, DEPTHWISE_AXIS, DEPTHWISE_AXIS);
        }
        var limits = new float[inputs * multiplier];
        for (int output = 0; output < limits.length; output++) {
            int channel =
                    quantization.axis() == DEPTHWISE_AXIS
                            ? output % multiplier
                            : output / multiplier;
            limits[output] = quantization.limits()[channel];
        }
        return ofOutputs(
                new Quantization(
                        quantization.bits(), quantization.signed(), limits, 0, DEPTHWISE_AXIS),
                DEPTHWISE_AXIS,
                DEPTHWISE_AXIS);
    }

    /** Values of {@code [rows, columns, inner]} in the order {@code [columns, rows, inner]}. */
    private static float[] swapped(float[] values, int columns, int inner) {
        int rows = values.length / (columns * inner);
        var swapped = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                System.arraycopy(
                        values,
                        (row * columns + column) * inner,
                        swapped,
                        (column * rows + row) * inner,
                        inner);
            }
        }
        return swapped;
    }

    /** Number of output channels. */
    int outputs() {
        return (int) values.shape()[channelAxis];
    }

    /** The integers of a quantized kernel. */
    byte[] integers() {
        long inner =
                Arrays.stream(values.shape()).skip(channelAxis + 1L).reduce(1, (a, b) -> a * b);
        var integers = new byte[values.values().length];
        for (int i = 0; i < integers.length; i++) {
            int channel = (int) (i / inner % outputs());
            integers[i] = (byte) quantization.quantize(values.values()[i], channel);
        }
        return integers;
    }
}
