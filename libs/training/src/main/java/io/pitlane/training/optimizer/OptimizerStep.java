package io.pitlane.training.optimizer;

import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Optimizer.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * One optimizer step: clips the gradients by their global norm (Pascanu, Mikolov and Bengio 2013),
 * applies weight decay to kernels, updates the weights, applies the pruning masks, and updates the
 * running averages of batch norm.
 *
 * <p>No update starts before all gradients are computed: an earlier one would change a weight that
 * the backward pass still reads.
 */
public final class OptimizerStep {
    private final Ops tf;
    private final Training.Optimizer options;
    private final Placeholder<TFloat32> rate;
    private final Placeholder<TFloat32> stepNumber;
    private final Output<TFloat32> norm;
    private final List<Variable> accumulators = new ArrayList<>();
    private final List<Op> updates = new ArrayList<>();
    private final Op step;

    /**
     * Adds the step to a graph.
     *
     * @param weights the variables to update
     * @param decays whether weight decay applies to a variable
     * @param gradients one per weight, in the order of {@code weights}
     * @param masks pruning masks of 0 and 1, by the weight's name
     */
    public OptimizerStep(
            Ops tf,
            Training.Optimizer options,
            List<Variable> weights,
            Predicate<Variable> decays,
            List<Output<TFloat32>> gradients,
            Map<String, Operand<TFloat32>> masks,
            List<RunningAverage> averages) {
        this.tf = tf;
        this.options = options;
        rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
        stepNumber = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
        norm = globalNorm(gradients);
        var rule = UpdateRule.of(options);
        var barrier = after(gradients);
        for (int i = 0; i < weights.size(); i++) {
            var weight = weights.get(i);
            boolean decayed = options.weightDecay() > 0 && decays.test(weight);
            var update = update(barrier, rule, weight, clipped(gradients.get(i)), decayed);
            var mask = masks.get(weight.name());
            updates.add(mask == null ? update : maskAfter(update, weight, mask));
        }
        averages.forEach(average -> updates.add(average.update(barrier, stepNumber)));
        step = tf.withControlDependencies(updates).noOp();
    }

    private Output<TFloat32> globalNorm(List<Output<TFloat32>> gradients) {
        var squares = new ArrayList<Operand<TFloat32>>();
        gradients.forEach(gradient -> squares.add(tf.nn.l2Loss(gradient)));
        var half = tf.math.addN(squares);
        return tf.math.sqrt(tf.math.mul(half, tf.constant(2f))).asOutput();
    }

    private Ops after(List<Output<TFloat32>> gradients) {
        List<Operation> operations = gradients.stream().map(Output::op).toList();
        return tf.withControlDependencies(tf.withControlDependencyOps(operations).noOp());
    }

    private Operand<TFloat32> clipped(Output<TFloat32> gradient) {
        if (options.clipNorm() == null) {
            return gradient;
        }
        var largest = tf.constant(options.clipNorm().floatValue());
        return tf.math.mul(gradient, tf.math.div(largest, tf.math.maximum(norm, largest)));
    }

    private Op update(
            Ops barrier,
            UpdateRule rule,
            Variable weight,
            Operand<TFloat32> gradient,
            boolean decayed) {
        var own = rule.accumulators(tf, weight);
        accumulators.addAll(own);
        if (!decayed) {
            return rule.update(barrier, weight, own, gradient, rate, stepNumber);
        }
        var decay = tf.math.mul(weight.value(), tf.constant(options.weightDecay().floatValue()));
        if (options.method() == Method.ADAMW) {
            var shrunk = barrier.assignSubVariableOp(weight.handle(), tf.math.mul(decay, rate));
            return rule.update(
                    tf.withControlDependencies(shrunk), weight, own, gradient, rate, stepNumber);
        }
        return rule.update(barrier, weight, own, tf.math.add(gradient, decay), rate, stepNumber);
    }

    private Op maskAfter(Op update, Variable weight, Operand<TFloat32> mask) {
        var after = tf.withControlDependencies(update);
        var masked = tf.math.mul(after.readVariableOp(weight.handle(), TFloat32.class), mask);
        return tf.assignVariableOp(weight.handle(), masked);
    }

    /** The accumulators of the update rule. */
    public List<Variable> accumulators() {
        return List.copyOf(accumulators);
    }

    /** Global L2 norm of the gradients, before clipping. */
    public Output<TFloat32> norm() {
        return norm;
    }

    /**
     * Runs one step with a runner that feeds the batch; returns the scalars that the runner
     * fetches.
     */
    public float[] run(Session.Runner runner, float learningRate, long number) {
        try (var fedRate = TFloat32.scalarOf(learningRate);
                var fedStep = TFloat32.scalarOf(number);
                var result =
                        runner.feed(rate, fedRate)
                                .feed(stepNumber, fedStep)
                                .addTarget(step)
                                .run()) {
            var fetched = new float[result.size()];
            for (int i = 0; i < fetched.length; i++) {
                fetched[i] = ((TFloat32) result.get(i)).getFloat();
            }
            return fetched;
        }
    }
}
