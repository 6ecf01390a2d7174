package io.pitlane.model.train;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.model.data.Batch;
import io.pitlane.model.graph.FloatTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Cross-entropy with the labels.
 *
 * @param head a classifier's logits
 * @param weight factor on the term
 * @param labels the class of every image of the set
 */
record LabelLoss(Head head, double weight, int[] labels) implements LossTerm {

    @Override
    public Operand<TFloat32> attach(
            Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> target) {
        var loss = CrossEntropy.of(tf, head.kind(), prediction, target);
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    /** One-hot rows; for a single output, 0 or 1. */
    @Override
    public FloatTensor targets(Batch batch, int width) {
        int[] indices = batch.indices();
        var target = new float[indices.length * width];
        for (int i = 0; i < indices.length; i++) {
            int label = labels[indices[i]];
            if (label >= Math.max(width, 2)) {
                throw invalidInput(
                        "Label %d stands in the data, but the model has %d classes."
                                .formatted(label, Math.max(width, 2)),
                        "Name the data that the model was trained for.");
            }
            if (width == 1) {
                target[i] = label;
            } else {
                target[i * width + label] = 1;
            }
        }
        return new FloatTensor(target, indices.length, width);
    }
}
