package io.pitlane.prune.lowrank;

import java.util.Arrays;

/** Squared singular values of matrices. */
final class SingularValues {
    private SingularValues() {}

    /** From the largest to the smallest, as many as the smaller dimension. */
    static double[] squares(Matrix matrix) {
        boolean isWide = matrix.columns() > matrix.rows();
        var gram = LinearAlgebra.gram(isWide ? matrix.transposed() : matrix);
        return Arrays.stream(LinearAlgebra.eigen(gram).values())
                .map(value -> Math.max(0, value))
                .toArray();
    }

    /** The {@link VariationalRank} of a matrix, at least 1. */
    static int variationalRank(Matrix matrix) {
        int larger = Math.max(matrix.rows(), matrix.columns());
        return Math.max(1, VariationalRank.of(squares(matrix), larger));
    }
}
