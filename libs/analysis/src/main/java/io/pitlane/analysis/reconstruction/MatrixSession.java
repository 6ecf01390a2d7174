package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.natives.TensorFlowRuntime;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.TriangularSolve;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Products and solutions of matrices in double precision, by TensorFlow's kernels. Every argument
 * is a stack of matrices {@code [groups, rows, columns]} in row-major order.
 *
 * <p>Must be closed: it holds native memory.
 */
final class MatrixSession implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final Output<TFloat32> samples;
    private final Output<TFloat32> others;
    private final Output<TFloat64> crossed;
    private final Output<TFloat64> left;
    private final Output<TFloat64> right;
    private final Output<TFloat64> product;
    private final Output<TFloat64> solution;

    MatrixSession() {
        var tf = Ops.create(graph);
        samples = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.unknown())).asOutput();
        others = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.unknown())).asOutput();
        left = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.unknown())).asOutput();
        right = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.unknown())).asOutput();
        crossed =
                tf.train
                        .batchMatMul(
                                tf.dtypes.cast(samples, TFloat64.class),
                                tf.dtypes.cast(others, TFloat64.class),
                                TFloat64.class,
                                BatchMatMul.adjX(true))
                        .asOutput();
        product = tf.train.batchMatMul(left, right, TFloat64.class).asOutput();
        var factor = tf.linalg.cholesky(left);
        var forward = tf.linalg.triangularSolve(factor, right);
        solution =
                tf.linalg
                        .triangularSolve(factor, forward, TriangularSolve.adjoint(true))
                        .asOutput();
        session = new Session(graph, TensorFlowRuntime.sessionConfig());
    }

    /**
     * The products {@code a' b} of each group.
     *
     * @param a {@code [groups, rows, n]}
     * @param b {@code [groups, rows, m]}
     * @return {@code [groups, n, m]}
     */
    double[] crossed(float[] a, float[] b, int groups, int rows) {
        long n = a.length / groups / rows;
        long m = b.length / groups / rows;
        try (var first = TFloat32.tensorOf(Shape.of(groups, rows, n), DataBuffers.of(a));
                var second = TFloat32.tensorOf(Shape.of(groups, rows, m), DataBuffers.of(b))) {
            return fetch(session.runner().feed(samples, first).feed(others, second).fetch(crossed));
        }
    }

    /** The products {@code a b} of {@code [groups, n, k]} and {@code [groups, k, m]}. */
    double[] product(double[] a, double[] b, int groups, int k) {
        return run(product, a, b, groups, a.length / groups / k, k);
    }

    /**
     * Solves {@code a x = b} by Cholesky decomposition.
     *
     * @param a {@code [groups, n, n]}, symmetric and positive definite
     * @param b {@code [groups, n, m]}
     * @throws org.tensorflow.exceptions.TFInvalidArgumentException where it is not
     */
    double[] solve(double[] a, double[] b, int groups, int n) {
        return run(solution, a, b, groups, n, n);
    }

    private double[] run(
            Output<TFloat64> fetch, double[] a, double[] b, long groups, long rows, long k) {
        long m = b.length / groups / k;
        try (var first = TFloat64.tensorOf(Shape.of(groups, rows, k), DataBuffers.of(a));
                var second = TFloat64.tensorOf(Shape.of(groups, k, m), DataBuffers.of(b))) {
            return fetch(session.runner().feed(left, first).feed(right, second).fetch(fetch));
        }
    }

    private static double[] fetch(Session.Runner runner) {
        try (var result = runner.run()) {
            var tensor = result.get(0);
            var values = new double[Math.toIntExact(tensor.shape().size())];
            tensor.asRawTensor().data().asDoubles().read(values);
            return values;
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
