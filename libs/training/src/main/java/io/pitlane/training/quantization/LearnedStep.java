package io.pitlane.training.quantization;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The step of a quantized tensor, learned as a multiple of its initial value, which makes the
 * learning rate of Adam independent of the size of the values.
 *
 * @param variable name of the Const of the multiple, one or one a channel, that becomes a variable
 * @param tensor the tensor that is quantized
 * @param isWeight whether the tensor is a constant, which has no batch axis
 * @param quantization the initial one
 */
record LearnedStep(String variable, TensorRef tensor, boolean isWeight, Quantization quantization) {

    /** The initial value of the variable. */
    FloatTensor initial() {
        int count = quantization.limits().length;
        var ones = new float[count];
        Arrays.fill(ones, 1);
        return quantization.isPerChannel() ? new FloatTensor(ones, count) : new FloatTensor(ones);
    }

    /**
     * The gradient times {@code 1 / (sqrt(values * highest integer) * step^2)}. Plain gradient
     * descent then changes the step as Esser et al. do (section 2.2), who learn the step itself:
     * per step of training, it changes by about the same share as the weights.
     */
    Output<TFloat32> scaled(Graph graph, Ops tf, Output<TFloat32> gradient) {
        var factors = new float[quantization.limits().length];
        for (int channel = 0; channel < factors.length; channel++) {
            double step = quantization.scale(channel);
            factors[channel] = (float) (1 / (Math.sqrt(quantization.highest()) * step * step));
        }
        var factor = quantization.isPerChannel() ? tf.constant(factors) : tf.constant(factors[0]);
        return tf.math
                .mul(gradient, tf.math.div(factor, tf.math.sqrt(count(graph, tf))))
                .asOutput();
    }

    /** Number of values that share the step: weights, or the activations of one image. */
    private Operand<TFloat32> count(Graph graph, Ops tf) {
        var values = graph.operation(tensor.node()).<TFloat32>output(tensor.index());
        var all = tf.size(values, TInt32.class);
        if (isWeight) {
            int channels = quantization.limits().length;
            return tf.dtypes.cast(tf.math.div(all, tf.constant(channels)), TFloat32.class);
        }
        var images = tf.gather(tf.shape(values, TInt32.class), tf.constant(0), tf.constant(0));
        return tf.dtypes.cast(tf.math.div(all, images), TFloat32.class);
    }
}
