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
 * Cross-entropy with the labels, one an image.
 *
 * @param head a classifier's logits, {@code [N, K]} or {@code [N, 1, 1, K]}
 * @param weight factor on the term
 * @param labels the class of every image of the set
 * @param smoothing share of a label's weight spread over all classes (Szegedy et al. 2016,
 *     "Rethinking the Inception Architecture", section 7)
 */
public record LabelLoss(Head head, double weight, int[] labels, double smoothing)
        implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return List.of(head.tensor());
    }

    @Override
    public Operand<TFloat32> attach(TermGraph graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var rows = HeadRows.of(graph, head, student.get(0));
        var target = rows.fed(batch -> targets(batch, rows.width()));
        var loss = CrossEntropy.of(tf, rows.kind(), rows.values(), target);
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    /** One-hot rows; for a single output, 0 or 1. */
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
                        "Label %d stands in the data, but the model has %d classes."
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
