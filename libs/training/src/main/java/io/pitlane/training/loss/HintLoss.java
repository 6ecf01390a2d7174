package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.feature.FeatureMap;
import io.pitlane.training.feature.LayerPair;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Mean squared difference between a teacher layer and the output of a regressor on a student layer
 * (Romero et al. 2015, "FitNets: Hints for Thin Deep Nets"). The regressor, a 1 x 1 convolution, is
 * trained along and is not part of the trained model. If the layers differ in spatial resolution,
 * the larger is average-pooled to the smaller.
 *
 * @param pair the layers
 * @param weight factor on the term
 * @param teacher runs the teacher model
 */
public record HintLoss(LayerPair pair, double weight, Teacher teacher) implements LossTerm {

    /**
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the resolution of
     *     neither layer is a multiple of the other's
     */
    public HintLoss {
        if (!divides(pair.student(), pair.teacher()) && !divides(pair.teacher(), pair.student())) {
            throw invalidInput(
                    "The hint from '%s' (%s) cannot reach '%s' (%s): neither height and width is a multiple of the other."
                            .formatted(
                                    pair.teacher().tensor(),
                                    pair.teacher().size(),
                                    pair.student().tensor(),
                                    pair.student().size()),
                    "Name a pair of layers in hints.pairs whose sizes fit.");
        }
    }

    private static boolean divides(FeatureMap small, FeatureMap large) {
        return large.height() % small.height() == 0 && large.width() % small.width() == 0;
    }

    @Override
    public List<TensorRef> student() {
        return List.of(pair.student().tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var own = pair.student();
        var other = pair.teacher();
        var guided = pooled(tf, own.channelsLast(tf, student.get(0)), own, other);
        Function<Batch, FloatTensor> target = teacher.of(other.tensor());
        var hint =
                pooled(
                        tf,
                        other.channelsLast(tf, graph.placeholder(other.shape(), target)),
                        other,
                        own);
        var squares = tf.math.squaredDifference(regressor(graph, guided), hint);
        var loss = tf.math.mean(squares, tf.constant(new int[] {0, 1, 2, 3}));
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    /** A feature map {@code [N, H, W, C]}, average-pooled to the resolution of a smaller one. */
    private static Operand<TFloat32> pooled(
            Ops tf, Operand<TFloat32> map, FeatureMap from, FeatureMap to) {
        if (from.hasSameSizeAs(to) || !divides(to, from)) {
            return map;
        }
        var window =
                List.of(
                        1L,
                        (long) from.height() / to.height(),
                        (long) from.width() / to.width(),
                        1L);
        return tf.nn.avgPool(map, window, window, "VALID");
    }

    private Operand<TFloat32> regressor(LossContext graph, Operand<TFloat32> map) {
        var tf = graph.tf();
        int from = pair.student().channels();
        int to = pair.teacher().channels();
        var name = "hint/" + pair.student().tensor().node();
        var kernel = graph.variable(name + "/kernel", initialKernel(from, to));
        var bias = graph.variable(name + "/bias", new FloatTensor(new float[to], to));
        var product = tf.nn.conv2d(map, kernel, List.of(1L, 1L, 1L, 1L), "SAME");
        return tf.math.add(product, bias);
    }

    /**
     * Normally distributed with variance {@code 1 / inputs}, which keeps the scale of the
     * activations.
     */
    public static FloatTensor initialKernel(int from, int to) {
        var random = new Random(31L * from + to);
        var values = new float[from * to];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(from));
        }
        return new FloatTensor(values, 1, 1, from, to);
    }

    @Override
    public String describe() {
        return "hint of %s x %s".formatted(pair, weight);
    }
}
