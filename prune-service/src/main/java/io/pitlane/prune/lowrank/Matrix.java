package io.pitlane.prune.lowrank;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A matrix of doubles in row-major order.
 *
 * @param values not copied, not to be changed
 */
record Matrix(double[] values, int rows, int columns) {

    Matrix {
        if (values.length != rows * columns) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill [" + rows + ", " + columns + "]");
        }
    }

    /** The values of a tensor, which its last dimensions must fill. */
    static Matrix of(FloatTensor tensor, int rows, int columns) {
        float[] values = tensor.values();
        return new Matrix(
                IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray(),
                rows,
                columns);
    }

    double at(int row, int column) {
        return values[row * columns + column];
    }

    /** The same values, in the same order, in other dimensions. */
    Matrix reshaped(int newRows, int newColumns) {
        return new Matrix(values, newRows, newColumns);
    }

    Matrix transposed() {
        var result = new double[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result[column * rows + row] = at(row, column);
            }
        }
        return new Matrix(result, columns, rows);
    }

    Matrix firstColumns(int count) {
        var result = new double[rows * count];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * columns, result, row * count, count);
        }
        return new Matrix(result, rows, count);
    }

    Matrix firstRows(int count) {
        return new Matrix(Arrays.copyOf(values, count * columns), count, columns);
    }

    /** Each column multiplied by a factor of its own. */
    Matrix scaledColumns(double[] factors) {
        var result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i] * factors[i % columns];
        }
        return new Matrix(result, rows, columns);
    }

    Matrix minus(Matrix other) {
        var result = new double[values.length];
        Arrays.setAll(result, i -> values[i] - other.values[i]);
        return new Matrix(result, rows, columns);
    }

    Matrix plus(Matrix other, double factor) {
        var result = new double[values.length];
        Arrays.setAll(result, i -> values[i] + factor * other.values[i]);
        return new Matrix(result, rows, columns);
    }

    Matrix plusDiagonal(double value) {
        var result = values.clone();
        for (int i = 0; i < rows; i++) {
            result[i * columns + i] += value;
        }
        return new Matrix(result, rows, columns);
    }

    double trace() {
        return IntStream.range(0, rows).mapToDouble(i -> at(i, i)).sum();
    }

    /** The sum of the squared values. */
    double squaredNorm() {
        return Arrays.stream(values).map(value -> value * value).sum();
    }

    /** The squared norm of each column. */
    double[] columnEnergies() {
        var energies = new double[columns];
        for (int i = 0; i < values.length; i++) {
            energies[i % columns] += values[i] * values[i];
        }
        return energies;
    }

    /** The values as a tensor of this shape. */
    FloatTensor toTensor(long... shape) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return new FloatTensor(floats, shape);
    }
}
