package io.pitlane.formats.packed;

import java.util.Arrays;

/**
 * How the elements of a tensor are ordered for coding: as a matrix with the outputs of a layer as
 * columns and its inputs as rows, one column after another.
 *
 * @param rows inputs of each output, in the order of the tensor
 * @param columns the last dimension that is larger than 1
 */
record CodeMatrix(int rows, int columns) {

    /** The matrix of a tensor. */
    static CodeMatrix of(long... shape) {
        int last = shape.length - 1;
        while (last > 0 && shape[last] == 1) {
            last--;
        }
        int columns = last < 1 ? 1 : (int) shape[last];
        int size = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return new CodeMatrix(columns == 0 ? 0 : size / columns, columns);
    }

    int size() {
        return rows * columns;
    }

    /** The index in the tensor of the next element to code. */
    int index(int row, int column) {
        return row * columns + column;
    }

    /** Codes in the order of coding, from the order of the tensor. */
    int[] scanned(int[] tensor) {
        var scanned = new int[tensor.length];
        int next = 0;
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                scanned[next++] = tensor[index(row, column)];
            }
        }
        return scanned;
    }

    /** Codes in the order of the tensor, from the order of coding. */
    int[] inTensor(int[] scanned) {
        var tensor = new int[scanned.length];
        int next = 0;
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                tensor[index(row, column)] = scanned[next++];
            }
        }
        return tensor;
    }
}
