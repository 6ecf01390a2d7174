package io.pitlane.prune.lowrank;

import java.util.Arrays;

/**
 * The principal components of what a matrix gives for what it reads. Of all matrices {@code W P}
 * with a projection {@code P} to so many dimensions, the one onto the first components has the
 * smallest error of the outputs: the best approximation of {@code C^(1/2) W}, where {@code C} is
 * the second moment of the inputs (Eckart and Young 1936).
 *
 * @param vectors one component a column, {@code [outputs, outputs]}
 * @param errors for each number of components the squared error over the squared outputs, of other
 *     inputs where there are any
 */
record OutputComponents(Matrix vectors, double[] errors) {
    /** Weight of inputs that vary alike in all directions: few samples do not span all. */
    private static final double SHRINKAGE = 0.01;

    /**
     * The components of what weights give.
     *
     * @param weights {@code [inputs, outputs]}
     * @param read inputs, one a row
     * @param heldOut other inputs
     */
    static OutputComponents of(Matrix weights, Matrix read, Matrix heldOut) {
        var alike = LinearAlgebra.gram(weights);
        return ofMoments(
                LinearAlgebra.gram(LinearAlgebra.product(read, weights))
                        .plus(alike, shrinkage(read.squaredNorm(), read.columns())),
                LinearAlgebra.gram(LinearAlgebra.product(heldOut, weights))
                        .plus(alike, shrinkage(heldOut.squaredNorm(), heldOut.columns())));
    }

    /**
     * The components of what weights give for inputs of a second moment.
     *
     * @param weights {@code [inputs, outputs]}
     * @param moment {@code [inputs, inputs]}
     * @param heldOut that of other inputs
     */
    static OutputComponents ofInputMoments(Matrix weights, Matrix moment, Matrix heldOut) {
        return ofMoments(given(weights, shrunk(moment)), given(weights, shrunk(heldOut)));
    }

    private static Matrix given(Matrix weights, Matrix moment) {
        return LinearAlgebra.transposedProduct(weights, LinearAlgebra.product(moment, weights));
    }

    private static OutputComponents ofMoments(Matrix outputs, Matrix heldOut) {
        var vectors = LinearAlgebra.eigen(outputs).vectors();
        var across = LinearAlgebra.product(heldOut, vectors);
        var energies = new double[vectors.columns()];
        for (int i = 0; i < across.values().length; i++) {
            energies[i % energies.length] += across.values()[i] * vectors.values()[i];
        }
        return new OutputComponents(vectors, errors(energies));
    }

    /** A moment with a share of its mean in every direction. */
    static Matrix shrunk(Matrix moment) {
        return moment.plusDiagonal(shrinkage(moment.trace(), moment.rows()));
    }

    private static double shrinkage(double energy, int directions) {
        return SHRINKAGE * Math.max(energy / directions, Double.MIN_NORMAL);
    }

    /** By the number of kept energies, what is lost. */
    static double[] errors(double[] energies) {
        double all = Arrays.stream(energies).map(energy -> Math.max(0, energy)).sum();
        var errors = new double[energies.length + 1];
        double lost = 0;
        for (int kept = energies.length - 1; kept >= 0; kept--) {
            lost += Math.max(0, energies[kept]);
            errors[kept] = all == 0 ? 0 : lost / all;
        }
        return errors;
    }

    Matrix first(int components) {
        return vectors.firstColumns(components);
    }
}
