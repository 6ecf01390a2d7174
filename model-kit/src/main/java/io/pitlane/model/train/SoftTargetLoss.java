package io.pitlane.model.train;

import io.pitlane.model.data.Batch;
import io.pitlane.model.graph.FloatTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code T^2} times the cross-entropy with the teacher's probabilities, both at temperature T
 * (Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network").
 *
 * @param head a classifier's logits
 * @param weight factor on the term
 * @param temperature T
 * @param teacher whose logits are followed
 */
record SoftTargetLoss(Head head, double weight, double temperature, Teacher teacher)
        implements LossTerm {

    @Override
    public Operand<TFloat32> attach(
            Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> target) {
        var t = tf.constant((float) temperature);
        var soft = CrossEntropy.probabilities(tf, head.kind(), tf.math.div(target, t));
        var loss = CrossEntropy.of(tf, head.kind(), tf.math.div(prediction, t), soft);
        return tf.math.mul(loss, tf.constant((float) (weight * temperature * temperature)));
    }

    @Override
    public FloatTensor targets(Batch batch, int width) {
        return teacher.answers(batch, width);
    }
}
