package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import java.util.Arrays;
import java.util.List;

/**
 * A pointwise layer to a few channels, the kernel between few channels, and a pointwise layer to
 * all outputs (Kim et al. 2016, "Compression of Deep Convolutional Neural Networks for Fast and Low
 * Power Mobile Applications": Tucker-2).
 *
 * <ol>
 *   <li>The outputs are projected onto their first principal components.
 *   <li>The inputs likewise, onto those that the kernel uses most: the higher-order singular value
 *       decomposition, in the metric of the second moment of the input channels.
 *   <li>The kernel between is the least-squares solution for the projected outputs.
 * </ol>
 */
final class TuckerDecomposition implements Decomposition {
    /** Directions of less energy than this, over the largest, are none. */
    private static final double NUMERICAL_RANK = 1e-10;

    private final FactorizableLayer layer;
    private final LayerSamples samples;
    private final OutputComponents outputs;
    private final Matrix toComponents;
    private final Matrix fromComponents;
    private final double[] inputErrors;

    TuckerDecomposition(FactorizableLayer layer, LayerSamples samples, OutputComponents outputs) {
        this.layer = layer;
        this.samples = samples;
        this.outputs = outputs;
        var moment =
                OutputComponents.shrunk(
                        LinearAlgebra.gram(
                                samples.read()
                                        .reshaped(
                                                samples.read().rows()
                                                        * layer.height()
                                                        * layer.width(),
                                                layer.inputs())));
        var root = squareRoot(moment);
        var used = LinearAlgebra.gram(byInputs(layer).transposed());
        var eigen =
                LinearAlgebra.eigen(LinearAlgebra.product(root, LinearAlgebra.product(used, root)));
        int rank = numericalRank(eigen.values());
        var vectors = eigen.vectors().firstColumns(rank);
        var inverse = Arrays.stream(eigen.values()).limit(rank).map(value -> 1 / value).toArray();
        // C^(-1/2) U, without the inverse of a root that may be near to singular.
        this.toComponents =
                LinearAlgebra.product(used, LinearAlgebra.product(root, vectors))
                        .scaledColumns(inverse);
        this.fromComponents = LinearAlgebra.transposedProduct(vectors, root);
        this.inputErrors = OutputComponents.errors(Arrays.copyOf(eigen.values(), rank));
    }

    private static Matrix squareRoot(Matrix symmetric) {
        var eigen = LinearAlgebra.eigen(symmetric);
        var roots =
                Arrays.stream(eigen.values()).map(value -> Math.sqrt(Math.max(0, value))).toArray();
        return LinearAlgebra.product(
                eigen.vectors().scaledColumns(roots), eigen.vectors().transposed());
    }

    private static int numericalRank(double[] values) {
        double least = values[0] * NUMERICAL_RANK;
        return Math.max(1, (int) Arrays.stream(values).filter(value -> value > least).count());
    }

    /** {@code [inputs, height * width * outputs]}. */
    static Matrix byInputs(FactorizableLayer layer) {
        var kernel = layer.weights();
        int outputs = layer.outputs();
        int pixels = layer.height() * layer.width();
        var values = new double[kernel.values().length];
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int input = 0; input < layer.inputs(); input++) {
                System.arraycopy(
                        kernel.values(),
                        (pixel * layer.inputs() + input) * outputs,
                        values,
                        (input * pixels + pixel) * outputs,
                        outputs);
            }
        }
        return new Matrix(values, layer.inputs(), pixels * outputs);
    }

    @Override
    public Algorithm algorithm() {
        return Algorithm.TUCKER2;
    }

    @Override
    public int[] full() {
        return new int[] {toComponents.columns(), Math.min(layer.patch(), layer.outputs())};
    }

    @Override
    public double estimatedError(int... ranks) {
        return inputErrors[ranks[0]] + outputs.errors()[ranks[1]];
    }

    @Override
    public List<FactorShape> shapes(int... ranks) {
        return List.of(
                FactorShape.pointwise(layer.inputs(), ranks[0]),
                FactorShape.full(layer.height(), layer.width(), ranks[0], ranks[1]),
                FactorShape.pointwise(ranks[1], layer.outputs()));
    }

    @Override
    public int[] variationalRanks() {
        return new int[] {
            Math.min(full()[0], SingularValues.variationalRank(byInputs(layer))),
            SingularValues.variationalRank(layer.weights())
        };
    }

    @Override
    public Factors factors(int... ranks) {
        var to = toComponents.firstColumns(ranks[0]);
        var from = fromComponents.firstRows(ranks[0]);
        var back = outputs.first(ranks[1]);
        var expanded = expanded(to);
        var first =
                LinearAlgebra.product(expanded(from.transposed()).transposed(), layer.weights());
        var core =
                LinearAlgebra.leastSquares(
                        LinearAlgebra.product(samples.read(), expanded),
                        LinearAlgebra.product(
                                samples.read(), LinearAlgebra.product(layer.weights(), back)),
                        LinearAlgebra.product(first, back),
                        RIDGE);
        var shapes = shapes(ranks);
        return new Factors(
                algorithm(),
                List.of(ranks[0], ranks[1]),
                shapes,
                List.of(
                        to.toTensor(shapes.get(0).dimensions()),
                        core.toTensor(shapes.get(1).dimensions()),
                        back.transposed().toTensor(shapes.get(2).dimensions())),
                LinearAlgebra.product(LinearAlgebra.product(expanded, core), back.transposed()));
    }

    /** A matrix of input channels applied to each pixel of a patch: block-diagonal. */
    private Matrix expanded(Matrix channels) {
        int pixels = layer.height() * layer.width();
        int columns = pixels * channels.columns();
        var values = new double[layer.patch() * columns];
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int input = 0; input < layer.inputs(); input++) {
                System.arraycopy(
                        channels.values(),
                        input * channels.columns(),
                        values,
                        (pixel * layer.inputs() + input) * columns + pixel * channels.columns(),
                        channels.columns());
            }
        }
        return new Matrix(values, layer.patch(), columns);
    }
}
