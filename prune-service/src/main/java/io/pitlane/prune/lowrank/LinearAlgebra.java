package io.pitlane.prune.lowrank;

import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.linalg.TriangularSolve;
import org.tensorflow.types.TFloat64;

/** Dense linear algebra in double precision, computed by TensorFlow's kernels. */
final class LinearAlgebra {
    private LinearAlgebra() {}

    /**
     * The eigenvalues and eigenvectors of a symmetric matrix.
     *
     * @param values from the largest to the smallest
     * @param vectors one a column, in the order of the values
     */
    record Eigen(double[] values, Matrix vectors) {}

    /** {@code a b}. */
    static Matrix product(Matrix a, Matrix b) {
        return compute(a, b, (tf, operands) -> tf.linalg.matMul(operands[0], operands[1]));
    }

    /** {@code aᵀ b}. */
    static Matrix transposedProduct(Matrix a, Matrix b) {
        return compute(
                a,
                b,
                (tf, operands) ->
                        tf.linalg.matMul(operands[0], operands[1], MatMul.transposeA(true)));
    }

    /** {@code aᵀ a}. */
    static Matrix gram(Matrix a) {
        return transposedProduct(a, a);
    }

    /** Decomposes a symmetric matrix. */
    static Eigen eigen(Matrix symmetric) {
        int size = symmetric.rows();
        // The eigenvalues become a first row, so that one matrix holds both.
        var both =
                compute(
                        symmetric,
                        symmetric,
                        (tf, operands) -> {
                            var eigen = tf.linalg.selfAdjointEig(operands[0]);
                            var row = tf.constant(new int[] {1, size});
                            var values = tf.reshape(eigen.e(), row);
                            return tf.concat(List.of(values, eigen.v()), tf.constant(0));
                        });
        var values = new double[size];
        var vectors = new double[size * size];
        for (int column = 0; column < size; column++) {
            int ascending = size - 1 - column;
            values[column] = both.at(0, ascending);
            for (int row = 0; row < size; row++) {
                vectors[row * size + column] = both.at(row + 1, ascending);
            }
        }
        return new Eigen(values, new Matrix(vectors, size, size));
    }

    /**
     * The least-squares solution of {@code z w = y} with a ridge towards a first solution.
     *
     * @param ridge over the mean of the diagonal of {@code zᵀ z}
     */
    static Matrix leastSquares(Matrix z, Matrix y, Matrix first, double ridge) {
        var gram = gram(z);
        double mean = Math.max(gram.trace() / gram.rows(), Double.MIN_NORMAL);
        var residual = transposedProduct(z, y.minus(product(z, first)));
        var step =
                compute(
                        gram.plusDiagonal(ridge * mean),
                        residual,
                        (tf, operands) -> {
                            var factor = tf.linalg.cholesky(operands[0]);
                            var half = tf.linalg.triangularSolve(factor, operands[1]);
                            return tf.linalg.triangularSolve(
                                    factor, half, TriangularSolve.adjoint(true));
                        });
        return first.plus(step, 1);
    }

    private static Matrix compute(
            Matrix a, Matrix b, BiFunction<Ops, Operand<TFloat64>[], Operand<TFloat64>> formula) {
        var config = TensorFlowRuntime.sessionConfig();
        try (var graph = new Graph();
                var session = new Session(graph, config)) {
            var tf = Ops.create(graph);
            var left = tf.placeholder(TFloat64.class);
            var right = tf.placeholder(TFloat64.class);
            @SuppressWarnings({"unchecked", "rawtypes"})
            Operand<TFloat64>[] operands = new Operand[] {left, right};
            var result = formula.apply(tf, operands);
            try (var first = toNative(a);
                    var second = toNative(b);
                    var values =
                            session.runner()
                                    .feed(left, first)
                                    .feed(right, second)
                                    .fetch(result)
                                    .run()) {
                return toJava((TFloat64) values.get(0));
            }
        }
    }

    private static TFloat64 toNative(Matrix matrix) {
        return TFloat64.tensorOf(
                Shape.of(matrix.rows(), matrix.columns()),
                DataBuffers.of(matrix.values(), true, false));
    }

    private static Matrix toJava(TFloat64 tensor) {
        var values = new double[Math.toIntExact(tensor.size())];
        tensor.asRawTensor().data().asDoubles().read(values);
        return new Matrix(
                values,
                Math.toIntExact(tensor.shape().get(0)),
                Math.toIntExact(tensor.shape().get(1)));
    }
}
