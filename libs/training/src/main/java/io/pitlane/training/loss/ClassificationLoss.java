package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Cross-entropy with one label per image.
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
        var target = rows.placeholder(batch -> targets(batch, rows.width()));
        var loss = CrossEntropy.of(tf, rows.kind(), rows.values(), target);
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    /** One-hot targets {@code [N, K]}; for K = 1 the label itself. */
    private FloatTensor targets(Batch batch, int width) {
        int[] indices = batch.indices();
        int classes = Math.max(width, 2);
        float rest = (float) (smoothing / classes);
        var target = new float[indices.length * width];
        Arrays.fill(target, rest);
        for (int i = 0; i < indices.length; i++) {
            int label = labels[indices[i]];
            if (label >= classes) {
                throw invalidInput(
                        "The data has the label %d, but the model has %d classes (from 0)."
                                .formatted(label, classes),
                        "Name the data that the model was trained for.");
            }
            if (width == 1) {
                target[i] += (float) (label * (1 - smoothing));
            } else {
                target[i * width + label] += (float) (1 - smoothing);
            }
        }
        return new FloatTensor(target, indices.length, width);
    }

    @Override
    public String describe() {
        return "labels of %s x %s, smoothing %s".formatted(head, weight, smoothing);
    }
}
