package io.pitlane.model.train;

import io.pitlane.model.data.Batch;
import io.pitlane.model.graph.FloatTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Mean squared difference to the teacher's values (Ba and Caruana 2014, "Do Deep Nets Really Need
 * to be Deep?").
 *
 * @param head an output without activation
 * @param weight factor on the term
 * @param teacher whose values are followed
 */
record SquaredErrorLoss(Head head, double weight, Teacher teacher) implements LossTerm {

    @Override
    public Operand<TFloat32> attach(
            Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> target) {
        var squares = tf.math.squaredDifference(prediction, target);
        var loss = tf.math.mean(squares, tf.constant(new int[] {0, 1}));
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    @Override
    public FloatTensor targets(Batch batch, int width) {
        return teacher.answers(batch, width);
    }
}
