package io.pitlane.model.train;

import io.pitlane.model.graph.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/**
 * Adam (Kingma and Ba 2015) over every weight, with masks put on again after each update.
 *
 * <p>No update starts before every gradient is there: an update that ran earlier would change a
 * weight that the backward pass has yet to read.
 */
final class Adam {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-7f;

    private final Ops tf;
    private final Placeholder<TFloat32> rate;
    private final Placeholder<TFloat32> beta1Power;
    private final Placeholder<TFloat32> beta2Power;
    private final List<Op> moments = new ArrayList<>();
    private final Op step;
    private double beta1ToTheStep = BETA1;
    private double beta2ToTheStep = BETA2;

    /**
     * Adds the updates to a graph.
     *
     * @param gradients one a weight, in the order of {@code weights}
     * @param masks 0/1, by the weight's name; weights without one move freely
     */
    Adam(
            Ops tf,
            List<Variable> weights,
            List<Output<TFloat32>> gradients,
            Map<String, FloatTensor> masks) {
        this.tf = tf;
        rate = scalar();
        beta1Power = scalar();
        beta2Power = scalar();
        var everyGradient = tf.withControlDependencyOps(operations(gradients)).noOp();
        var barrier = tf.withControlDependencies(everyGradient);
        var updates = new ArrayList<Op>();
        for (int i = 0; i < weights.size(); i++) {
            var update = update(barrier, weights.get(i), gradients.get(i));
            var mask = masks.get(weights.get(i).name());
            updates.add(mask == null ? update : maskAfter(update, weights.get(i), mask));
        }
        step = tf.withControlDependencies(updates).noOp();
    }

    private Placeholder<TFloat32> scalar() {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    }

    private static List<Operation> operations(List<Output<TFloat32>> gradients) {
        return gradients.stream().map(Output::op).toList();
    }

    private Op update(Ops barrier, Variable weight, Operand<TFloat32> gradient) {
        return barrier.train.resourceApplyAdam(
                weight.handle(),
                moment(weight, "m"),
                moment(weight, "v"),
                beta1Power,
                beta2Power,
                rate,
                tf.constant(BETA1),
                tf.constant(BETA2),
                tf.constant(EPSILON),
                gradient);
    }

    private VarHandleOp moment(Variable weight, String which) {
        var moment =
                tf.varHandleOp(
                        TFloat32.class,
                        weight.shape(),
                        VarHandleOp.sharedName(weight.name() + "/pitlane_adam_" + which));
        var zeros = tf.zeros(tf.constant(weight.initial().shape()), TFloat32.class);
        moments.add(tf.assignVariableOp(moment, zeros));
        return moment;
    }

    private Op maskAfter(Op update, Variable weight, FloatTensor mask) {
        var after = tf.withControlDependencies(update);
        var kept = tf.constant(Shape.of(mask.shape()), DataBuffers.of(mask.values(), true, false));
        var masked = tf.math.mul(after.readVariableOp(weight.handle(), TFloat32.class), kept);
        return tf.assignVariableOp(weight.handle(), masked);
    }

    /** Sets the moments to zero. */
    void start(Session session) {
        var runner = session.runner();
        moments.forEach(runner::addTarget);
        runner.run().close();
    }

    /** Runs one step as part of a runner that feeds a batch, and returns what it fetches first. */
    float step(Session.Runner runner, float learningRate) {
        try (var fedRate = TFloat32.scalarOf(learningRate);
                var fedBeta1 = TFloat32.scalarOf((float) beta1ToTheStep);
                var fedBeta2 = TFloat32.scalarOf((float) beta2ToTheStep);
                var result =
                        runner.feed(rate, fedRate)
                                .feed(beta1Power, fedBeta1)
                                .feed(beta2Power, fedBeta2)
                                .addTarget(step)
                                .run()) {
            beta1ToTheStep *= BETA1;
            beta2ToTheStep *= BETA2;
            return ((TFloat32) result.get(0)).getFloat();
        }
    }
}
