package io.pitlane.quantize.correction;

import io.pitlane.graph.fusion.FusedLayer;

/** The weights of a layer as a matrix {@code [inputs, outputs]}, and back. */
final class KernelMatrix {
    private final KernelChannels channels;
    private final boolean isTransposed;

    KernelMatrix(FusedLayer layer) {
        this.channels = KernelChannels.of(layer);
        this.isTransposed = layer.weights().rank() == 2 && layer.outputAxis() == 0;
    }

    float[] of(float[] weights) {
        return isTransposed
                ? transposed(weights, channels.outputs(), channels.inputs())
                : weights.clone();
    }

    float[] back(float[] matrix) {
        return isTransposed
                ? transposed(matrix, channels.inputs(), channels.outputs())
                : matrix.clone();
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        var transposed = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = values[row * columns + column];
            }
        }
        return transposed;
    }
}
