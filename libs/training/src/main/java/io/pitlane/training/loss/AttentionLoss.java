package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.graph.TensorRef;
import io.pitlane.training.feature.FeatureMap;
import io.pitlane.training.feature.LayerPair;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/**
 * Squared distance between the attention maps of a layer of the student and one of the teacher, the
 * mean over images. An attention map is the mean over the channels of the squared values, scaled to
 * length 1 (Zagoruyko and Komodakis 2017, "Paying More Attention to Attention").
 *
 * @param pair layers of the same height and width, of at least two positions
 * @param weight factor on the term
 * @param teacher whose layer is followed
 */
public record AttentionLoss(LayerPair pair, double weight, Teacher teacher) implements LossTerm {
    private static final float SMALLEST = 1e-12f;

    /**
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the layers differ in
     *     height or width, or have one position only
     */
    public AttentionLoss {
        if (!pair.student().isAsLargeAs(pair.teacher()) || pair.student().positions() < 2) {
            throw invalidInput(
                    "The attention map of '%s' (%s) does not fit that of '%s' (%s): both need one height and width, and more than one position."
                            .formatted(
                                    pair.teacher().tensor(),
                                    pair.teacher().size(),
                                    pair.student().tensor(),
                                    pair.student().size()),
                    "Name a pair of layers in attention.pairs of the same height and width.");
        }
    }

    @Override
    public List<TensorRef> student() {
        return List.of(pair.student().tensor());
    }

    @Override
    public Operand<TFloat32> attach(TermGraph graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var taught = graph.fed(pair.teacher().shape(), teacher.of(pair.teacher().tensor()));
        var squares =
                tf.math.squaredDifference(
                        attention(tf, pair.student(), student.get(0)),
                        attention(tf, pair.teacher(), taught));
        var distances = tf.reduceSum(squares, tf.constant(1));
        return tf.math.mul(tf.math.mean(distances, tf.constant(0)), tf.constant((float) weight));
    }

    /** Rows {@code [N, H * W]} of length 1. */
    private static Operand<TFloat32> attention(Ops tf, FeatureMap map, Operand<TFloat32> values) {
        var powers = tf.math.mean(tf.math.square(map.channelsLast(tf, values)), tf.constant(3));
        var rows = tf.reshape(powers, tf.constant(new int[] {-1, map.positions()}));
        var lengths = tf.reduceSum(tf.math.square(rows), tf.array(1), ReduceSum.keepDims(true));
        return tf.math.mul(rows, tf.math.rsqrt(tf.math.add(lengths, tf.constant(SMALLEST))));
    }

    @Override
    public String describe() {
        return "attention of %s x %s".formatted(pair, weight);
    }
}
