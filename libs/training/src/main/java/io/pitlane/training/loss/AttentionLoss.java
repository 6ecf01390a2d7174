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
 * Attention transfer: the squared L2 distance between the attention maps of a student layer and a
 * teacher layer, averaged over images. An attention map is the mean over channels of the squared
 * values, L2-normalised (Zagoruyko and Komodakis 2017, "Paying More Attention to Attention").
 *
 * @param pair layers of the same spatial resolution, with at least two positions
 * @param weight factor on the term
 * @param teacher runs the teacher model
 */
public record AttentionLoss(LayerPair pair, double weight, Teacher teacher) implements LossTerm {
    private static final float EPSILON = 1e-12f;

    /**
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the layers differ in
     *     height or width, or have a single position
     */
    public AttentionLoss {
        if (!pair.student().hasSameSizeAs(pair.teacher()) || pair.student().positions() < 2) {
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
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var target = graph.placeholder(pair.teacher().shape(), teacher.of(pair.teacher().tensor()));
        var squares =
                tf.math.squaredDifference(
                        attention(tf, pair.student(), student.get(0)),
                        attention(tf, pair.teacher(), target));
        var distances = tf.reduceSum(squares, tf.constant(1));
        return tf.math.mul(tf.math.mean(distances, tf.constant(0)), tf.constant((float) weight));
    }

    /** L2-normalised attention maps, {@code [N, H * W]}. */
    private static Operand<TFloat32> attention(Ops tf, FeatureMap map, Operand<TFloat32> values) {
        var powers = tf.math.mean(tf.math.square(map.channelsLast(tf, values)), tf.constant(3));
        var rows = tf.reshape(powers, tf.constant(new int[] {-1, map.positions()}));
        var lengths = tf.reduceSum(tf.math.square(rows), tf.array(1), ReduceSum.keepDims(true));
        return tf.math.mul(rows, tf.math.rsqrt(tf.math.add(lengths, tf.constant(EPSILON))));
    }

    @Override
    public String describe() {
        return "attention of %s x %s".formatted(pair, weight);
    }
}
