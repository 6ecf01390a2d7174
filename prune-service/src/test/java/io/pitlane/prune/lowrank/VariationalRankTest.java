package io.pitlane.prune.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariationalRankTest {

    @ParameterizedTest
    @CsvSource({"40, 100, 0", "40, 100, 1", "40, 100, 5", "60, 60, 12", "30, 400, 8"})
    void theRankIsThatOfTheMatrixUnderTheNoise(int rows, int columns, int rank) {
        // Given: singular values of about 3 times the largest that noise alone has
        var random = new Random(rank + rows);
        double strength = 3 * (Math.sqrt(rows) + Math.sqrt(columns));
        var matrix = noise(random, rows, columns);
        for (int component = 0; component < rank; component++) {
            addComponent(matrix, unit(random, rows), unit(random, columns), strength);
        }
        var squares = FactorTestLayers.jacobi(transposedIfWide(matrix, rows, columns));

        // When
        int found = VariationalRank.of(squares, Math.max(rows, columns));

        // Then
        assertThat(found).isEqualTo(rank);
    }

    @Test
    void aComponentBelowTheThresholdOfThePaperIsNoise() {
        // Given: noise of variance 1 on both sides of the threshold, whose tail fixes the variance
        int small = 50;
        int large = 100;
        double alpha = 0.5;
        double tau = 2.5129 * Math.sqrt(alpha);
        double threshold = Math.sqrt(large * (1 + tau) * (1 + alpha / tau));
        var squares =
                FactorTestLayers.jacobi(
                        transposedIfWide(noise(new Random(4), small, large), small, large));

        // When
        int above = VariationalRank.of(withLargest(squares, Math.pow(1.1 * threshold, 2)), large);
        int below = VariationalRank.of(withLargest(squares, Math.pow(0.9 * threshold, 2)), large);

        // Then
        assertThat(above).isEqualTo(1);
        assertThat(below).isZero();
    }

    @Test
    void aMatrixOfZerosHasRankZero() {
        assertThat(VariationalRank.of(new double[8], 20)).isZero();
    }

    private static double[] withLargest(double[] squares, double largest) {
        var changed = squares.clone();
        changed[0] = largest;
        Arrays.sort(changed);
        return java.util.stream.IntStream.range(0, changed.length)
                .mapToDouble(i -> changed[changed.length - 1 - i])
                .toArray();
    }

    private static double[][] noise(Random random, int rows, int columns) {
        var matrix = new double[rows][columns];
        for (var row : matrix) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return matrix;
    }

    private static void addComponent(
            double[][] matrix, double[] left, double[] right, double strength) {
        for (int row = 0; row < left.length; row++) {
            for (int column = 0; column < right.length; column++) {
                matrix[row][column] += strength * left[row] * right[column];
            }
        }
    }

    private static double[] unit(Random random, int size) {
        var values = random.doubles(size).map(x -> random.nextGaussian()).toArray();
        double norm = Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
        return Arrays.stream(values).map(x -> x / norm).toArray();
    }

    private static Matrix transposedIfWide(double[][] rows, int height, int width) {
        var matrix =
                new Matrix(
                        Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(),
                        height,
                        width);
        return width > height ? matrix.transposed() : matrix;
    }
}
