package io.pitlane.training.loss;

import io.pitlane.training.head.Head;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;

/** Cross-entropy between target probabilities and logits, {@code [rows, K]}. */
final class CrossEntropy {
    private CrossEntropy() {}

    /** The mean over the rows. */
    static Operand<TFloat32> of(
            Ops tf, Head.Kind kind, Operand<TFloat32> logits, Operand<TFloat32> probabilities) {
        return tf.math.mean(perRow(tf, kind, logits, probabilities), tf.constant(0));
    }

    /** The weighted mean over the rows, with weights {@code [rows]}; 0 if all weights are 0. */
    static Operand<TFloat32> weighted(
            Ops tf,
            Head.Kind kind,
            Operand<TFloat32> logits,
            Operand<TFloat32> probabilities,
            Operand<TFloat32> weights) {
        var rows = tf.math.mul(perRow(tf, kind, logits, probabilities), weights);
        return tf.math.divNoNan(
                ReduceSum.create(tf.scope(), rows, tf.constant(0)),
                ReduceSum.create(tf.scope(), weights, tf.constant(0)));
    }

    private static Operand<TFloat32> perRow(
            Ops tf, Head.Kind kind, Operand<TFloat32> logits, Operand<TFloat32> probabilities) {
        return kind == Head.Kind.SIGMOID
                ? sigmoid(tf, logits, probabilities)
                : SoftmaxCrossEntropyWithLogits.create(tf.scope(), logits, probabilities).loss();
    }

    /** Probabilities from logits. */
    static Operand<TFloat32> probabilities(Ops tf, Head.Kind kind, Operand<TFloat32> logits) {
        return kind == Head.Kind.SIGMOID ? tf.math.sigmoid(logits) : tf.nn.softmax(logits);
    }

    // -p log s(x) - (1-p) log(1-s(x)) = softplus(x) - p x, which is numerically stable.
    private static Operand<TFloat32> sigmoid(
            Ops tf, Operand<TFloat32> logits, Operand<TFloat32> probabilities) {
        var each = tf.math.sub(tf.math.softplus(logits), tf.math.mul(probabilities, logits));
        return ReduceSum.create(tf.scope(), each, tf.constant(1));
    }
}
