package io.pitlane.prune.lowrank;

import java.util.Arrays;

/**
 * What a layer reads at some positions of some images, one position a row: {@code [height * width *
 * inputs]} values below the kernel, 0 where they are padded.
 *
 * @param read what factors are computed from
 * @param heldOut of other images, what their error is measured on
 * @param pixels size of what the layer reads and gives
 */
record InputSamples(Matrix read, Matrix heldOut, FactorShape.Pixels pixels) {

    /**
     * The squared error of the outputs over their variance, on the images held out: 1 for outputs
     * that are their means.
     *
     * @param weights of the layer, {@code [height * width * inputs, outputs]}
     * @param others that replace them
     */
    double error(Matrix weights, Matrix others) {
        var outputs = LinearAlgebra.product(heldOut, weights);
        double lost = LinearAlgebra.product(heldOut, weights.minus(others)).squaredNorm();
        return lost / Math.max(outputs.squaredNorm() - means(outputs), Double.MIN_NORMAL);
    }

    /** The squared norm of the means of the columns, repeated in each row. */
    private static double means(Matrix matrix) {
        var sums = new double[matrix.columns()];
        for (int i = 0; i < matrix.values().length; i++) {
            sums[i % sums.length] += matrix.values()[i];
        }
        return Arrays.stream(sums).map(sum -> sum * sum / matrix.rows()).sum();
    }
}
