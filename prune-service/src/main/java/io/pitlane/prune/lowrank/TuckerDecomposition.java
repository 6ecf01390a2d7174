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
 *   <li>The inputs are projected onto the components that the kernel uses most: the higher-order
 *       singular value decomposition, in the metric of the second moment of the input channels.
 *   <li>The kernel between and the projection of the outputs are the solution of least squares of
 *       this rank for the outputs of the layer: the solution for all outputs, projected onto their
 *       first principal components (reduced-rank regression; Izenman 1975).
 *   <li>The inputs again, onto the components that the kernel uses for these outputs, and so on, as
 *       long as the error falls: higher-order orthogonal iteration (De Lathauwer, De Moor,
 *       Vandewalle: On the Best Rank-1 and Rank-(R1, ..., RN) Approximation of Higher-Order
 *       Tensors, 2000).
 * </ol>
 */
final class TuckerDecomposition implements Decomposition {
    /** The error falls little after so many iterations. */
    private static final int ITERATIONS = 3;

    /** Directions of less energy than this, over the largest, are none. */
    private static final double NUMERICAL_RANK = 1e-10;

    private final FactorizableLayer layer;
    private final InputSamples samples;
    private final OutputComponents outputs;
    private final Matrix root;
    private final InputComponents inputs;

    TuckerDecomposition(FactorizableLayer layer, InputSamples samples, OutputComponents outputs) {
        this.layer = layer;
        this.samples = samples;
        this.outputs = outputs;
        int pixels = samples.read().rows() * layer.height() * layer.width();
        this.root =
                squareRoot(
                        OutputComponents.shrunk(
                                LinearAlgebra.gram(
                                        samples.read().reshaped(pixels, layer.inputs()))));
        this.inputs = inputComponents(layer.weights());
    }

    /**
     * Components of the inputs, from those that a kernel uses most.
     *
     * @param to {@code [inputs, components]}
     * @param from back to the inputs, {@code [components, inputs]}
     * @param errors by their number, the share of what the kernel gives that is lost
     */
    private record InputComponents(Matrix to, Matrix from, double[] errors) {}

    /**
     * Those of a kernel.
     *
     * @param kernel {@code [height * width * inputs, outputs]}
     */
    private InputComponents inputComponents(Matrix kernel) {
        var used = LinearAlgebra.gram(byInputs(kernel).transposed());
        var eigen =
                LinearAlgebra.eigen(LinearAlgebra.product(root, LinearAlgebra.product(used, root)));
        int rank = numericalRank(eigen.values());
        var vectors = eigen.vectors().firstColumns(rank);
        var inverse = Arrays.stream(eigen.values()).limit(rank).map(value -> 1 / value).toArray();
        // C^(-1/2) U, without the inverse of a root that may be near to singular.
        var to =
                LinearAlgebra.product(used, LinearAlgebra.product(root, vectors))
                        .scaledColumns(inverse);
        return new InputComponents(
                to,
                LinearAlgebra.transposedProduct(vectors, root),
                OutputComponents.errors(Arrays.copyOf(eigen.values(), rank)));
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

    /** {@code [height * width * inputs, outputs]} to {@code [inputs, height * width * outputs]}. */
    private Matrix byInputs(Matrix kernel) {
        int outputs = kernel.columns();
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
        return new int[] {inputs.to().columns(), Math.min(layer.patch(), layer.outputs())};
    }

    @Override
    public double estimatedError(int... ranks) {
        return inputs.errors()[ranks[0]] + outputs.errors()[ranks[1]];
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
            Math.min(full()[0], SingularValues.variationalRank(byInputs(layer.weights()))),
            SingularValues.variationalRank(layer.weights())
        };
    }

    @Override
    public Factors factors(int... ranks) {
        return iterated(ITERATIONS, ranks);
    }

    /**
     * The factors.
     *
     * @param iterations after the first solution; fewer where the error does not fall
     */
    Factors iterated(int iterations, int... ranks) {
        var best = solution(inputs, ranks);
        for (int i = 0; i < iterations; i++) {
            var used = inputComponents(LinearAlgebra.product(layer.weights(), best.back));
            if (used.to().columns() < ranks[0]) {
                break;
            }
            var next = solution(used, ranks);
            if (next.lost >= best.lost) {
                break;
            }
            best = next;
        }
        return Factors.of(
                algorithm(),
                ranks,
                shapes(ranks),
                List.of(best.to, best.core, best.back.transposed()),
                best.weights);
    }

    /**
     * The three factors.
     *
     * @param back from the projected outputs, {@code [outputs, components]}
     * @param weights the kernel that they amount to
     * @param lost squared error of the outputs on the samples
     */
    private record Solution(Matrix to, Matrix core, Matrix back, Matrix weights, double lost) {}

    private Solution solution(InputComponents components, int... ranks) {
        var to = components.to().firstColumns(ranks[0]);
        var from = components.from().firstRows(ranks[0]);
        var expanded = expanded(to);
        var read = LinearAlgebra.product(samples.read(), expanded);
        var first =
                LinearAlgebra.product(expanded(from.transposed()).transposed(), layer.weights());
        var all =
                LinearAlgebra.leastSquares(
                        read, LinearAlgebra.product(samples.read(), layer.weights()), first, RIDGE);
        var given = LinearAlgebra.gram(LinearAlgebra.product(read, all));
        var back = LinearAlgebra.eigen(given).vectors().firstColumns(ranks[1]);
        var core = LinearAlgebra.product(all, back);
        var weights =
                LinearAlgebra.product(LinearAlgebra.product(expanded, core), back.transposed());
        double lost =
                LinearAlgebra.product(samples.read(), layer.weights().minus(weights)).squaredNorm();
        return new Solution(to, core, back, weights, lost);
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
