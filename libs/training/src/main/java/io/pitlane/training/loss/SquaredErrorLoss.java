package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.HeadPair;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Mean squared error against the output of the teacher (Ba and Caruana 2014, "Do Deep Nets Really
 * Need to be Deep?").
 *
 * @param pair an output without activation, of student and teacher
 * @param weight factor on the term
 * @param teacher runs the teacher model
 */
public record SquaredErrorLoss(HeadPair pair, double weight, Teacher teacher) implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return List.of(pair.student().tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var rows = FlattenedHead.of(graph, pair.student(), student.get(0));
        var squares =
                tf.math.squaredDifference(rows.values(), rows.teacherRows(teacher, pair.teacher()));
        var loss = tf.math.mean(squares, tf.constant(new int[] {0, 1}));
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    @Override
    public String describe() {
        return "squared error of %s x %s".formatted(pair, weight);
    }
}
