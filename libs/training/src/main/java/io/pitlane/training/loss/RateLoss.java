package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/**
 * The bits that an adaptive entropy coder spends on the codes of weights, beyond those of zeros, as
 * a differentiable estimate. A weight is a matrix whose columns are its last axis; the coder knows
 * how many codes of each row and column are not zero. Per latent {@code u}, with counts of the
 * rounded codes as constants:
 *
 * <pre>
 * bits = s g(min(|u|, 1)) + t max(|u| - 1, 0)
 * g(a) = (5 a^2 below 0.1, else a - 0.05) / 0.95                     g(1) = 1, no slope at 0
 * s = max(0.5, clamp(-logit(row)) - logit(column) + logit(all) + 1 - log2(first))
 * t = min(6, -log2(1 - first))
 * </pre>
 *
 * where {@code row}, {@code column} and {@code all} are the shares of codes that are not 0, logits
 * are in bits, and {@code first} is the probability of a geometric distribution of magnitudes: the
 * number of codes that are not 0 over the sum of their magnitudes. One bit is the sign's.
 *
 * @param weights names of the Consts that hold the latents, in units
 * @param stepsPerUnit latents per unit
 * @param nats weight of a bit in the loss, lambda; it rises with the square of the progress over
 *     the first 30 % of a training
 */
public record RateLoss(List<String> weights, double stepsPerUnit, double nats) implements LossTerm {
    private static final float LINEAR_FROM = 0.1f;
    private static final float SMOOTHING = 0.4f;
    private static final float LEAST_COST = 0.5f;
    private static final float MOST_TAIL = 6;
    private static final float LEAST_ROW = -3;
    private static final float MOST_ROW = 14;
    private static final float RAMP = 0.3f;
    private static final float LN_2 = (float) Math.log(2);

    public RateLoss {
        weights = List.copyOf(weights);
    }

    @Override
    public List<TensorRef> student() {
        return weights.stream().map(TensorRef::of).toList();
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var bits = new ArrayList<Operand<TFloat32>>();
        for (var units : student) {
            bits.add(bits(tf, tf.math.mul(units, tf.constant((float) stepsPerUnit))));
        }
        var progress = tf.math.sub(tf.constant(1f), graph.remainingShare());
        var ramp = tf.math.minimum(tf.constant(1f), tf.math.div(progress, tf.constant(RAMP)));
        return tf.math.mul(
                tf.math.addN(bits), tf.math.mul(tf.math.square(ramp), tf.constant((float) nats)));
    }

    private static Operand<TFloat32> bits(Ops tf, Operand<TFloat32> latents) {
        var matrix = tf.reshape(latents, tf.constant(matrix(latents.asOutput().shape().asArray())));
        var magnitudes = tf.math.abs(matrix);
        var costs = new Costs(tf, tf.stopGradient(magnitudes));
        var below = tf.math.minimum(magnitudes, tf.constant(1f));
        var quadratic = tf.math.mul(tf.math.square(below), tf.constant(0.5f / LINEAR_FROM));
        var linear = tf.math.sub(below, tf.constant(LINEAR_FROM / 2));
        var share =
                tf.math.div(
                        tf.select(tf.math.less(below, tf.constant(LINEAR_FROM)), quadratic, linear),
                        tf.constant(1 - LINEAR_FROM / 2));
        var tail = tf.math.maximum(tf.math.sub(magnitudes, tf.constant(1f)), tf.constant(0f));
        return tf.math.add(
                sum(tf, tf.math.mul(share, tf.stopGradient(costs.nonZero()))),
                tf.math.mul(sum(tf, tail), tf.stopGradient(costs.larger())));
    }

    /** Rows and columns of a tensor; one row for a vector, of which each element is a column. */
    private static int[] matrix(long... shape) {
        long columns = 1;
        int last = shape.length - 1;
        while (last > 0 && shape[last] == 1) {
            last--;
        }
        if (last >= 0) {
            columns = shape[last];
        }
        return new int[] {-1, (int) columns};
    }

    private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> matrix) {
        return tf.reduceSum(matrix, tf.constant(new int[] {0, 1}), ReduceSum.keepDims(false));
    }

    /** What codes cost by the present codes of a matrix. */
    private static final class Costs {
        private final Ops tf;
        private final Operand<TFloat32> nonZero;
        private final Operand<TFloat32> larger;

        Costs(Ops tf, Operand<TFloat32> magnitudes) {
            this.tf = tf;
            var shape = magnitudes.asOutput().shape();
            var codes = tf.math.floor(tf.math.add(magnitudes, tf.constant(0.5f)));
            var flags = tf.math.minimum(codes, tf.constant(1f));
            var rows = total(flags, 1);
            var columns = total(flags, 0);
            var all = total(rows, 0);
            var all1 = logit(all, shape.get(0) * shape.get(1));
            var first =
                    tf.math.div(
                            tf.math.add(all, tf.constant(SMOOTHING)),
                            tf.math.add(total(total(codes, 1), 0), tf.constant(2 * SMOOTHING)));
            var sign =
                    tf.math.sub(
                            tf.constant(1f), tf.math.div(tf.math.log(first), tf.constant(LN_2)));
            var ofColumn =
                    shape.get(0) == 1
                            ? sign
                            : tf.math.add(sign, tf.math.sub(all1, logit(columns, shape.get(0))));
            var ofRow =
                    tf.clipByValue(
                            tf.math.neg(shape.get(1) == 1 ? all1 : logit(rows, shape.get(1))),
                            tf.constant(LEAST_ROW),
                            tf.constant(MOST_ROW));
            nonZero = tf.math.maximum(tf.math.add(ofRow, ofColumn), tf.constant(LEAST_COST));
            var rest = tf.math.log(tf.math.sub(tf.constant(1f), first));
            larger =
                    tf.reshape(
                            tf.math.minimum(
                                    tf.constant(MOST_TAIL),
                                    tf.math.div(tf.math.neg(rest), tf.constant(LN_2))),
                            tf.constant(new int[0]));
        }

        /** Of a code that is not 0, in place of a 0. */
        Operand<TFloat32> nonZero() {
            return nonZero;
        }

        /** Of each unit of a magnitude beyond 1. */
        Operand<TFloat32> larger() {
            return larger;
        }

        private Operand<TFloat32> total(Operand<TFloat32> matrix, int axis) {
            return tf.reduceSum(matrix, tf.constant(axis), ReduceSum.keepDims(true));
        }

        /** The logit of a share, in bits. */
        private Operand<TFloat32> logit(Operand<TFloat32> count, long of) {
            var ones = tf.math.add(count, tf.constant(SMOOTHING));
            var rest = tf.math.sub(tf.constant((float) of), count);
            var zeros = tf.math.add(rest, tf.constant(SMOOTHING));
            return tf.math.div(tf.math.log(tf.math.div(ones, zeros)), tf.constant(LN_2));
        }
    }

    @Override
    public String describe() {
        return "rate " + this;
    }
}
