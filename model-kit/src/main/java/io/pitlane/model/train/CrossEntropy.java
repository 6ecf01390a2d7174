package io.pitlane.model.train;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;

/** Cross-entropy between target probabilities and logits, {@code [rows, K]}, mean over the rows. */
final class CrossEntropy {
    private CrossEntropy() {}

    static Operand<TFloat32> of(
            Ops tf, Head.Kind kind, Operand<TFloat32> logits, Operand<TFloat32> probabilities) {
        var rows =
                kind == Head.Kind.SIGMOID
                        ? sigmoid(tf, logits, probabilities)
                        : SoftmaxCrossEntropyWithLogits.create(tf.scope(), logits, probabilities)
                                .loss();
        return tf.math.mean(rows, tf.constant(0));
    }

    /** The head's probabilities. */
    static Operand<TFloat32> probabilities(Ops tf, Head.Kind kind, Operand<TFloat32> logits) {
        return kind == Head.Kind.SIGMOID ? tf.math.sigmoid(logits) : tf.nn.softmax(logits);
    }

    // -p log s(x) - (1-p) log(1-s(x)) = softplus(x) - p x, which does not overflow.
    private static Operand<TFloat32> sigmoid(
            Ops tf, Operand<TFloat32> logits, Operand<TFloat32> probabilities) {
        var each = tf.math.sub(tf.math.softplus(logits), tf.math.mul(probabilities, logits));
        return ReduceSum.create(tf.scope(), each, tf.constant(1));
    }
}
