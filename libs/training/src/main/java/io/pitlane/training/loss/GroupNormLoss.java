package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Draws whole groups of weights to zero: the sum over groups of the L2 norm of all weights of a
 * group, times a factor (Wen et al. 2016, "Learning Structured Sparsity in Deep Neural Networks",
 * section 3.1). Its gradient has the same length for a small group as for a large one, so that a
 * small group reaches zero.
 *
 * @param weights the weights, each along one axis; the same weight may be there along several
 * @param factors of the groups; not negative
 */
public record GroupNormLoss(List<GroupedAxis> weights, double[] factors) implements LossTerm {
    /** Keeps the gradient of a group at zero finite. */
    private static final float LEAST_NORM = 1e-6f;

    /** In no group. */
    public static final int NONE = -1;

    /**
     * One axis of one weight.
     *
     * @param constant name of the weight's Const
     * @param axis from 0
     * @param groups the group of each position along the axis, or {@link #NONE}
     */
    public record GroupedAxis(String constant, int axis, int[] groups) {}

    public GroupNormLoss {
        weights = List.copyOf(weights);
    }

    @Override
    public List<TensorRef> student() {
        return weights.stream().map(weight -> TensorRef.of(weight.constant())).toList();
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var squares = new ArrayList<Operand<TFloat32>>();
        for (int i = 0; i < student.size(); i++) {
            squares.add(squares(tf, student.get(i), weights.get(i)));
        }
        var norms = tf.math.sqrt(tf.math.addN(squares));
        // The norm of a group is w^2 / norm, summed over its weights; with the norm as a constant,
        // its gradient is w / norm, that of the norm itself.
        var factor = new float[factors.length];
        for (int i = 0; i < factor.length; i++) {
            factor[i] = (float) factors[i];
        }
        var shares =
                tf.math.div(tf.constant(factor), tf.math.maximum(norms, tf.constant(LEAST_NORM)));
        // The last one is that of the positions in no group.
        var all = tf.concat(List.of(shares, tf.constant(new float[1])), tf.constant(0));
        var parts = new ArrayList<Operand<TFloat32>>();
        for (int i = 0; i < student.size(); i++) {
            parts.add(part(tf, student.get(i), weights.get(i), tf.stopGradient(all)));
        }
        return tf.math.addN(parts);
    }

    /** The sum of the squared weights of each group. */
    private Operand<TFloat32> squares(Ops tf, Operand<TFloat32> weight, GroupedAxis axis) {
        var others = new ArrayList<Integer>();
        for (int i = 0; i < weight.asOutput().shape().numDimensions(); i++) {
            if (i != axis.axis()) {
                others.add(i);
            }
        }
        var square = tf.math.square(tf.stopGradient(weight));
        var summed =
                others.isEmpty()
                        ? square
                        : tf.reduceSum(square, ints(tf, others), ReduceSum.keepDims(false));
        return tf.math.unsortedSegmentSum(
                summed, tf.constant(axis.groups()), tf.constant(factors.length));
    }

    private Operand<TFloat32> part(
            Ops tf, Operand<TFloat32> weight, GroupedAxis axis, Operand<TFloat32> shares) {
        int rank = weight.asOutput().shape().numDimensions();
        var shape = new int[rank];
        Arrays.fill(shape, 1);
        shape[axis.axis()] = axis.groups().length;
        var indices =
                Arrays.stream(axis.groups()).map(g -> g == NONE ? factors.length : g).toArray();
        var own =
                tf.reshape(
                        tf.gather(shares, tf.constant(indices), tf.constant(0)),
                        tf.constant(shape));
        var scaled = tf.stopGradient(tf.math.mul(weight, own));
        var product = tf.math.mul(weight, scaled);
        var axes = new ArrayList<Integer>();
        for (int i = 0; i < rank; i++) {
            axes.add(i);
        }
        return tf.reduceSum(product, ints(tf, axes), ReduceSum.keepDims(false));
    }

    private static Operand<TInt32> ints(Ops tf, List<Integer> values) {
        return tf.constant(values.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public String describe() {
        return "group norms of "
                + weights.size()
                + " axes, factors "
                + Arrays.hashCode(factors)
                + ", groups "
                + weights.stream().mapToInt(weight -> Arrays.hashCode(weight.groups())).sum();
    }
}
