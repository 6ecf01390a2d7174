package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Cross-entropy with one label per image. Labels are fed as classes; one-hot they are only inside
 * the graph.
 *
 * @param head a classifier's logits, {@code [N, K]} or {@code [N, 1, 1, K]}
 * @param weight factor on the term
 * @param labels the class of every image of the set
 * @param smoothing label smoothing, 0..1: the share of a label's probability that is spread over
 *     all classes (Szegedy et al. 2016, "Rethinking the Inception Architecture", section 7)
 */
public record ClassificationLoss(Head head, double weight, int[] labels, double smoothing)
        implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return List.of(head.tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var rows = FlattenedHead.of(graph, head, student.get(0));
        int classes = Math.max(rows.width(), 2);
        var ids =
                graph.placeholder(
                        TInt32.class,
                        Shape.of(Shape.UNKNOWN_SIZE),
                        batch -> TInt32.vectorOf(classIds(batch, classes)));
        var target = rows.width() == 1 ? single(tf, ids) : oneHot(tf, ids, classes);
        var loss = CrossEntropy.of(tf, rows.kind(), rows.values(), target);
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    private int[] classIds(Batch batch, int classes) {
        int[] ids = Arrays.stream(batch.indices()).map(image -> labels[image]).toArray();
        Arrays.stream(ids).forEach(label -> requireBelow(classes, label));
        return ids;
    }

    private static void requireBelow(int classes, int label) {
        if (label >= classes) {
            throw invalidInput(
                    "The data has the label %d, but the model has %d classes (from 0)."
                            .formatted(label, classes),
                    "Name the data that the model was trained for.");
        }
    }

    /** Smoothed one-hot targets, {@code [N, K]}. */
    private Operand<TFloat32> oneHot(Ops tf, Operand<TInt32> ids, int classes) {
        float rest = (float) (smoothing / classes);
        return tf.oneHot(
                ids,
                tf.constant(classes),
                tf.constant(rest + (float) (1 - smoothing)),
                tf.constant(rest));
    }

    /** The smoothed label itself, {@code [N, 1]}. */
    private Operand<TFloat32> single(Ops tf, Operand<TInt32> ids) {
        var labels = tf.reshape(tf.dtypes.cast(ids, TFloat32.class), tf.array(-1, 1));
        return tf.math.add(
                tf.math.mul(labels, tf.constant((float) (1 - smoothing))),
                tf.constant((float) (smoothing / 2)));
    }

    @Override
    public String describe() {
        return "labels of %s x %s, smoothing %s".formatted(head, weight, smoothing);
    }
}
