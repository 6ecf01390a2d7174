package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * Mean squared error against the target values.
 *
 * @param head the output, {@code [N, D]}, or {@code [N]} for one value per image
 * @param weight factor on the term
 * @param values D target values per image, for every image of the set
 */
record RegressionLoss(Head head, double weight, Annotations.Values values) implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return List.of(head.tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        requireWidth(student.get(0).asOutput().shape());
        var tf = graph.tf();
        int width = values.width();
        var target = graph.placeholder(Shape.of(Shape.UNKNOWN_SIZE, width), this::targets);
        var rows = tf.reshape(student.get(0), tf.constant(new int[] {-1, width}));
        var squares = tf.math.squaredDifference(rows, target);
        var loss = tf.math.mean(squares, tf.constant(new int[] {0, 1}));
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    private void requireWidth(Shape shape) {
        long width = 1;
        for (int i = 1; !shape.isUnknown() && i < shape.numDimensions(); i++) {
            width *= shape.get(i);
        }
        if (shape.isUnknown() || width != values.width()) {
            throw invalidInput(
                    "The data has %d values per image, but the output '%s' has the shape %s."
                            .formatted(values.width(), head.output(), shape),
                    "Name the columns of targets that belong to the output.");
        }
    }

    private FloatTensor targets(Batch batch) {
        int width = values.width();
        int[] indices = batch.indices();
        var rows = new float[indices.length * width];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values.values()[indices[i]], 0, rows, i * width, width);
        }
        return new FloatTensor(rows, indices.length, width);
    }

    @Override
    public String describe() {
        return "values of %s x %s".formatted(head, weight);
    }
}
