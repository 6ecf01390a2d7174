package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.HeadPair;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * {@code T^2} times the cross-entropy with the teacher's probabilities, both softened with
 * temperature T (Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network").
 * The mean over images, or over pixels for segmentation.
 *
 * @param pair logits of student and teacher
 * @param weight factor on the term
 * @param temperature T, at least 1
 * @param teacher runs the teacher model
 */
public record SoftTargetLoss(HeadPair pair, double weight, double temperature, Teacher teacher)
        implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return List.of(pair.student().tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var t = tf.constant((float) temperature);
        var rows = FlattenedHead.of(graph, pair.student(), student.get(0));
        var kind = rows.kind();
        var target = rows.teacherRows(teacher, pair.teacher());
        var soft = CrossEntropy.probabilities(tf, kind, tf.math.div(target, t));
        var loss = CrossEntropy.of(tf, kind, tf.math.div(rows.values(), t), soft);
        return tf.math.mul(loss, tf.constant((float) (weight * temperature * temperature)));
    }

    @Override
    public String describe() {
        return "soft targets of %s x %s, T %s".formatted(pair, weight, temperature);
    }
}
