package io.pitlane.training.optimizer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Batch norm's mean or variance over the batches seen: an average with a momentum of 0.99, less in
 * the first steps so that a short training forgets where it started ({@code (1 + step) / (10 +
 * step)}).
 *
 * @param statistic what is averaged
 * @param ofBatch the same of one batch; several where layers share the statistic
 */
public record RunningAverage(Variable statistic, List<Operand<TFloat32>> ofBatch) {
    private static final float MOMENTUM = 0.99f;

    /**
     * Adds the update.
     *
     * @param step scalar, from 1
     */
    Op update(Ops tf, Operand<TFloat32> step) {
        var momentum =
                tf.math.minimum(
                        tf.constant(MOMENTUM),
                        tf.math.div(
                                tf.math.add(step, tf.constant(1f)),
                                tf.math.add(step, tf.constant(10f))));
        var batch = tf.math.div(tf.math.addN(ofBatch), tf.constant((float) ofBatch.size()));
        var change = tf.math.sub(statistic.value(), batch);
        return tf.assignSubVariableOp(
                statistic.handle(), tf.math.mul(change, tf.math.sub(tf.constant(1f), momentum)));
    }
}
