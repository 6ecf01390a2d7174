package io.pitlane.training.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Gradient accumulation: sums the gradients of the micro-batches of a batch, so that one optimizer
 * step can use the gradient of the whole batch. The gradients must already be those of the
 * micro-batch's share in the loss.
 *
 * <p>Also averages the batch statistics of batch norm over the micro-batches, weighted by their
 * number of images. The variance between micro-batches is not part of that average.
 */
public final class GradientAccumulation {
    private final Ops tf;
    private final Placeholder<TFloat32> share;
    private final List<Op> firsts = new ArrayList<>();
    private final List<Op> others = new ArrayList<>();
    private final List<Output<TFloat32>> gradients = new ArrayList<>();
    private final List<RunningAverage> averages = new ArrayList<>();
    private final Op first;
    private final Op other;

    /**
     * Adds the sums to a graph.
     *
     * @param weights the variables of the gradients
     * @param gradients one per weight, in the order of {@code weights}
     * @param averages running averages of the batch statistics of one micro-batch
     */
    public GradientAccumulation(
            Ops tf,
            List<Variable> weights,
            List<Output<TFloat32>> gradients,
            List<RunningAverage> averages) {
        this.tf = tf;
        share = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
        for (int i = 0; i < weights.size(); i++) {
            var sum = weights.get(i).accumulator(tf, "gradient_sum");
            this.gradients.add(summed(sum, gradients.get(i)));
        }
        averages.forEach(average -> this.averages.add(overMicroBatches(average)));
        first = tf.withControlDependencies(firsts).noOp();
        other = tf.withControlDependencies(others).noOp();
    }

    private RunningAverage overMicroBatches(RunningAverage average) {
        var statistics = new ArrayList<Operand<TFloat32>>();
        for (var statistic : average.batchStatistics()) {
            var sum = average.statistic().accumulator(tf, "batch_" + statistics.size());
            statistics.add(summed(sum, tf.math.mul(statistic, share)));
        }
        return new RunningAverage(average.statistic(), statistics);
    }

    private Output<TFloat32> summed(Variable sum, Operand<TFloat32> value) {
        firsts.add(tf.assignVariableOp(sum.handle(), value));
        others.add(tf.assignAddVariableOp(sum.handle(), value));
        return sum.value();
    }

    /** The gradients of the batch, in the order of the weights, after its last micro-batch. */
    public List<Output<TFloat32>> gradients() {
        return List.copyOf(gradients);
    }

    /** The running averages, updated by the mean of the micro-batches. */
    public List<RunningAverage> averages() {
        return List.copyOf(averages);
    }

    /**
     * Adds a micro-batch.
     *
     * @param runner feeds the micro-batch and fetches its loss
     * @param isFirst whether it is the first of its batch
     * @param imageShare its share of the images of the batch
     * @return the loss
     */
    public float add(Session.Runner runner, boolean isFirst, double imageShare) {
        try (var fedShare = TFloat32.scalarOf((float) imageShare);
                var result =
                        runner.feed(share, fedShare).addTarget(isFirst ? first : other).run()) {
            return ((TFloat32) result.get(0)).getFloat();
        }
    }
}
