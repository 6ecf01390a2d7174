package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import java.util.List;

/**
 * A kernel of {@code height x 1}, then one of {@code 1 x width} (Jaderberg, Vedaldi, Zisserman:
 * Speeding up Convolutional Neural Networks with Low Rank Expansions, BMVC 2014, scheme 2; the
 * closed form of Tai et al. 2016, "Convolutional Neural Networks with Low-rank Regularization").
 *
 * <ol>
 *   <li>The kernel as a matrix from a column of pixels to all columns of weights: its best
 *       approximation, for the second moment of the columns of pixels that the layer reads.
 *   <li>The second kernel again, as the least-squares solution for the outputs of the layer.
 * </ol>
 */
final class SpatialDecomposition implements Decomposition {
    private final FactorizableLayer layer;
    private final InputSamples samples;
    private final Matrix weights;
    private final OutputComponents components;

    SpatialDecomposition(FactorizableLayer layer, InputSamples samples) {
        this.layer = layer;
        this.samples = samples;
        this.weights = byColumns(layer);
        this.components =
                OutputComponents.ofInputMoments(
                        weights, columnMoment(samples.read()), columnMoment(samples.heldOut()));
    }

    /** {@code [height * inputs, width * outputs]}. */
    static Matrix byColumns(FactorizableLayer layer) {
        var kernel = layer.weights();
        int inputs = layer.inputs();
        int outputs = layer.outputs();
        int width = layer.width();
        var values = new double[kernel.values().length];
        for (int row = 0; row < layer.height(); row++) {
            for (int column = 0; column < width; column++) {
                for (int input = 0; input < inputs; input++) {
                    System.arraycopy(
                            kernel.values(),
                            ((row * width + column) * inputs + input) * outputs,
                            values,
                            ((row * inputs + input) * width + column) * outputs,
                            outputs);
                }
            }
        }
        return new Matrix(values, layer.height() * inputs, width * outputs);
    }

    /** The second moment of the columns of pixels of all patches, {@code [height * inputs]^2}. */
    private Matrix columnMoment(Matrix patches) {
        int size = layer.height() * layer.inputs();
        Matrix moment = new Matrix(new double[size * size], size, size);
        for (int column = 0; column < layer.width(); column++) {
            moment = moment.plus(LinearAlgebra.gram(column(patches, column)), 1);
        }
        return moment;
    }

    private Matrix column(Matrix patches, int column) {
        int inputs = layer.inputs();
        int size = layer.height() * inputs;
        var values = new double[patches.rows() * size];
        for (int patch = 0; patch < patches.rows(); patch++) {
            for (int row = 0; row < layer.height(); row++) {
                System.arraycopy(
                        patches.values(),
                        patch * patches.columns() + (row * layer.width() + column) * inputs,
                        values,
                        patch * size + row * inputs,
                        inputs);
            }
        }
        return new Matrix(values, patches.rows(), size);
    }

    @Override
    public Algorithm algorithm() {
        return Algorithm.SPATIAL;
    }

    @Override
    public int[] full() {
        return new int[] {Math.min(weights.rows(), weights.columns())};
    }

    @Override
    public double estimatedError(int... ranks) {
        return components.errors()[ranks[0]];
    }

    @Override
    public List<FactorShape> shapes(int... ranks) {
        return List.of(
                new FactorShape(layer.height(), 1, layer.inputs(), ranks[0], true, false),
                new FactorShape(1, layer.width(), ranks[0], layer.outputs(), false, true));
    }

    @Override
    public int[] variationalRanks() {
        return new int[] {SingularValues.variationalRank(weights)};
    }

    @Override
    public Factors factors(int... ranks) {
        int rank = ranks[0];
        var back = components.first(rank);
        var vertical = LinearAlgebra.product(weights, back);
        var expanded = expanded(vertical);
        // [rank, width * outputs] -> [width * rank, outputs]
        var horizontal = columnsFirst(back.transposed());
        var solved =
                LinearAlgebra.leastSquares(
                        LinearAlgebra.product(samples.read(), expanded),
                        LinearAlgebra.product(samples.read(), layer.weights()),
                        horizontal,
                        RIDGE);
        return Factors.of(
                algorithm(),
                ranks,
                shapes(ranks),
                List.of(vertical, solved),
                LinearAlgebra.product(expanded, solved));
    }

    private Matrix columnsFirst(Matrix matrix) {
        int outputs = layer.outputs();
        int width = layer.width();
        var values = new double[matrix.values().length];
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < width; column++) {
                System.arraycopy(
                        matrix.values(),
                        row * matrix.columns() + column * outputs,
                        values,
                        (column * matrix.rows() + row) * outputs,
                        outputs);
            }
        }
        return new Matrix(values, width * matrix.rows(), outputs);
    }

    /** The first kernel applied to each column of a patch: {@code [patch, width * rank]}. */
    private Matrix expanded(Matrix vertical) {
        int rank = vertical.columns();
        int inputs = layer.inputs();
        int columns = layer.width() * rank;
        var values = new double[layer.patch() * columns];
        for (int row = 0; row < layer.height(); row++) {
            for (int column = 0; column < layer.width(); column++) {
                for (int input = 0; input < inputs; input++) {
                    int from = (row * inputs + input) * rank;
                    int to = (row * layer.width() + column) * inputs + input;
                    System.arraycopy(
                            vertical.values(), from, values, to * columns + column * rank, rank);
                }
            }
        }
        return new Matrix(values, layer.patch(), columns);
    }
}
