package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.HeadPair;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Mean squared error against the outputs of a teacher, as a share of their variance over the batch:
 * 1 for a student that outputs the mean. The unit of the outputs cancels out, so that the errors of
 * several outputs, such as boxes and scores, count alike.
 *
 * @param pair the outputs
 * @param weight factor on the term
 * @param teacher runs the teacher model
 */
record RelativeErrorLoss(HeadPair pair, double weight, Teacher teacher) implements LossTerm {
    /** The least variance: outputs that are all the same give no scale. */
    private static final float LEAST_VARIANCE = 1e-4f;

    @Override
    public List<TensorRef> student() {
        return List.of(pair.student().tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var rows = FlattenedHead.of(graph, pair.student(), student.get(0));
        var target = rows.teacherRows(teacher, pair.teacher());
        var error = mean(tf, tf.math.squaredDifference(rows.values(), target));
        var variance = tf.math.add(variance(tf, target), tf.constant(LEAST_VARIANCE));
        return tf.math.mul(tf.math.div(error, variance), tf.constant((float) weight));
    }

    /** The mean over the columns of {@code [rows, K]}. */
    private static Operand<TFloat32> variance(Ops tf, Operand<TFloat32> rows) {
        var means = tf.math.mean(rows, tf.constant(new int[] {0}), Mean.keepDims(true));
        return mean(tf, tf.math.squaredDifference(rows, means));
    }

    private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> rows) {
        return tf.math.mean(rows, tf.constant(new int[] {0, 1}));
    }

    @Override
    public String describe() {
        return "relative squared error of %s x %s".formatted(pair, weight);
    }
}
