package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A loss whose targets are drawn at random from the output itself, so that the mean over the draws
 * of its squared gradients is the curvature of the divergence from the present output: the Fisher
 * information (Martens 2020, "New Insights and Perspectives on the Natural Gradient Method",
 * section 5). Of an output without activation, it is that of the mean squared error.
 *
 * <p>The targets of an image depend on the seed and on its batch alone.
 *
 * @param head the output
 * @param seed of the draws
 */
public record SampledOutputLoss(Head head, long seed) implements LossTerm {
    private static final float SMALLEST = 1e-30f;

    @Override
    public List<TensorRef> student() {
        return List.of(head.tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var rows = FlattenedHead.of(graph, head, student.get(0));
        var values = tf.stopGradient(rows.values());
        // TensorFlow looks for the gradient of random numbers, whose shape is that of the output.
        var draws =
                tf.stopGradient(
                        tf.random.statelessRandomUniform(
                                tf.shape(values), seeds(graph), TFloat32.class));
        return switch (rows.kind()) {
            case SOFTMAX ->
                    CrossEntropy.of(
                            tf, rows.kind(), rows.values(), classes(tf, values, draws, rows));
            case SIGMOID ->
                    CrossEntropy.of(
                            tf,
                            rows.kind(),
                            rows.values(),
                            tf.dtypes.cast(
                                    tf.math.less(draws, tf.math.sigmoid(values)), TFloat32.class));
            case LINEAR -> projection(tf, rows, draws);
        };
    }

    private Operand<TInt64> seeds(LossContext graph) {
        return graph.placeholder(
                TInt64.class,
                Shape.of(2),
                batch ->
                        TInt64.tensorOf(StdArrays.ndCopyOf(new long[] {seed, batch.indices()[0]})));
    }

    /** One class a row: the largest logit with Gumbel noise has the softmax's probability. */
    private static Operand<TFloat32> classes(
            Ops tf, Operand<TFloat32> logits, Operand<TFloat32> draws, FlattenedHead rows) {
        var above = tf.math.maximum(draws, tf.constant(SMALLEST));
        var exponential = tf.math.maximum(tf.math.neg(tf.math.log(above)), tf.constant(SMALLEST));
        var noisy = tf.math.sub(logits, tf.math.log(exponential));
        Operand<TInt32> classes = tf.math.argMax(noisy, tf.constant(1), TInt32.class);
        return tf.oneHot(classes, tf.constant(rows.width()), tf.constant(1f), tf.constant(0f));
    }

    /** The values times random signs, so that the squared gradients are the diagonal of 2 / K. */
    private static Operand<TFloat32> projection(
            Ops tf, FlattenedHead rows, Operand<TFloat32> draws) {
        var signs = tf.math.sign(tf.math.sub(draws, tf.constant(0.5f)));
        var products = tf.math.mul(rows.values(), signs);
        var sums = tf.reduceSum(products, tf.constant(1));
        return tf.math.mul(
                tf.math.mean(sums, tf.constant(0)),
                tf.constant((float) Math.sqrt(2.0 / rows.width())));
    }

    @Override
    public String describe() {
        return "outputs drawn from %s, seed %d".formatted(head, seed);
    }
}
