package io.pitlane.training.optimizer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The running mean or variance of a batch norm: an exponential moving average with momentum 0.99.
 * In the first steps the momentum is {@code (1 + step) / (10 + step)}, so that the initial value
 * has little influence on a short training.
 *
 * @param statistic the running statistic
 * @param batchStatistics the statistic of one batch; several where layers share it
 */
public record RunningAverage(Variable statistic, List<Operand<TFloat32>> batchStatistics) {
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
        var batch =
                tf.math.div(
                        tf.math.addN(batchStatistics), tf.constant((float) batchStatistics.size()));
        var change = tf.math.sub(statistic.value(), batch);
        return tf.assignSubVariableOp(
                statistic.handle(), tf.math.mul(change, tf.math.sub(tf.constant(1f), momentum)));
    }
}
