package io.pitlane.training.optimizer;

import io.pitlane.contract.training.Training;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The update rule of an optimizer. */
sealed interface UpdateRule {

    /** The rule that the options name. */
    static UpdateRule of(Training.Optimizer options) {
        return options.method() == Training.Optimizer.Method.SGD
                ? new Momentum(options.momentum().floatValue())
                : new Adam();
    }

    /** The accumulators (optimizer slots) of a weight. */
    List<Variable> accumulators(Ops tf, Variable weight);

    /**
     * Adds the update of one weight.
     *
     * @param step scalar, from 1
     */
    Op update(
            Ops tf,
            Variable weight,
            List<Variable> accumulators,
            Operand<TFloat32> gradient,
            Operand<TFloat32> rate,
            Operand<TFloat32> step);

    /** {@code a = momentum * a + g; w = w - rate * a} (Sutskever et al. 2013, classical form). */
    record Momentum(float momentum) implements UpdateRule {

        @Override
        public List<Variable> accumulators(Ops tf, Variable weight) {
            return List.of(weight.accumulator(tf, "momentum"));
        }

        @Override
        public Op update(
                Ops tf,
                Variable weight,
                List<Variable> accumulators,
                Operand<TFloat32> gradient,
                Operand<TFloat32> rate,
                Operand<TFloat32> step) {
            return tf.train.resourceApplyMomentum(
                    weight.handle(),
                    accumulators.get(0).handle(),
                    rate,
                    gradient,
                    tf.constant(momentum));
        }
    }

    /** Kingma and Ba 2015, algorithm 1, in the reordered form at the end of section 2. */
    record Adam() implements UpdateRule {
        private static final float BETA1 = 0.9f;
        private static final float BETA2 = 0.999f;
        private static final float EPSILON = 1e-7f;

        @Override
        public List<Variable> accumulators(Ops tf, Variable weight) {
            return List.of(weight.accumulator(tf, "adam_m"), weight.accumulator(tf, "adam_v"));
        }

        @Override
        public Op update(
                Ops tf,
                Variable weight,
                List<Variable> accumulators,
                Operand<TFloat32> gradient,
                Operand<TFloat32> rate,
                Operand<TFloat32> step) {
            return tf.train.resourceApplyAdam(
                    weight.handle(),
                    accumulators.get(0).handle(),
                    accumulators.get(1).handle(),
                    tf.math.pow(tf.constant(BETA1), step),
                    tf.math.pow(tf.constant(BETA2), step),
                    rate,
                    tf.constant(BETA1),
                    tf.constant(BETA2),
                    tf.constant(EPSILON),
                    gradient);
        }
    }
}
