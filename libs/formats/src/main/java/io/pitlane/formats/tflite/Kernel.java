package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;

/**
 * The constant kernel of a layer in the order that TFLite wants.
 *
 * @param name of the constant
 * @param values in TFLite's order
 * @param channelAxis the axis of the output channels
 */
record Kernel(String name, FloatTensor values, int channelAxis) {

    /**
     * {@code [..., in, out]} as {@code [out, ..., in]}.
     *
     * @param kernel of any rank from 2
     */
    static Kernel outputsLast(String name, FloatTensor kernel) {
        var shape = kernel.shape();
        int last = shape.length - 1;
        var turned = new long[shape.length];
        turned[0] = shape[last];
        System.arraycopy(shape, 0, turned, 1, last);
        int outputs = (int) shape[last];
        return new Kernel(name, new FloatTensor(swapped(kernel.values(), outputs, 1), turned), 0);
    }

    /** {@code [..., out, in]} as {@code [out, ..., in]}, likewise. */
    static Kernel outputsBeforeLast(String name, FloatTensor kernel) {
        var shape = kernel.shape();
        int axis = shape.length - 2;
        var turned = shape.clone();
        turned[0] = shape[axis];
        System.arraycopy(shape, 0, turned, 1, axis);
        int outputs = (int) shape[axis];
        int inputs = (int) shape[axis + 1];
        return new Kernel(
                name, new FloatTensor(swapped(kernel.values(), outputs, inputs), turned), 0);
    }

    /** {@code [H, W, in, multiplier]} as {@code [1, H, W, in * multiplier]}. */
    static Kernel depthwise(String name, FloatTensor kernel) {
        var shape = kernel.shape();
        return new Kernel(
                name,
                new FloatTensor(kernel.values(), 1, shape[0], shape[1], shape[2] * shape[3]),
                3);
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

    /** The output channel of a value, by its position. */
    int channel(int position) {
        long inner =
                Arrays.stream(values.shape()).skip(channelAxis + 1L).reduce(1, (a, b) -> a * b);
        return (int) (position / inner % outputs());
    }
}
