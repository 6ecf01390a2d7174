package io.pitlane.formats.tflite;

import io.pitlane.graph.fusion.HardActivation;
import io.pitlane.graph.quantization.Quantization;
import org.tensorflow.lite.schema.AddOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.HardSwishOptionsT;
import org.tensorflow.lite.schema.MulOptionsT;

/**
 * Hard swish, which TFLite has as one operator, in float32 and in int8; and hard sigmoid, which it
 * computes in int8 as a sum and a product.
 */
final class HardActivations {
    /** The int8 kernel of hard swish cannot scale by more. */
    private static final double LARGEST_RESCALING = 128;

    private static final int INT8 = 2;

    /** The integer of the constants, the highest of 8 bits. */
    private static final int ONE = 127;

    private HardActivations() {}

    /** Writes the activation that begins with a node; whether there is one to be written so. */
    static boolean write(OpNode node) {
        var found = node.hardActivation();
        if (found.isEmpty()) {
            return false;
        }
        if (found.get().swish()) {
            swish(node, found.get());
            return true;
        }
        return sigmoid(node, found.get());
    }

    private static void swish(OpNode node, HardActivation activation) {
        int slot = node.slot(activation);
        var held = node.held(slot);
        node.absorb(activation);
        var operator =
                node.operator(BuiltinOperator.HARD_SWISH)
                        .options(BuiltinOptions.HardSwishOptions, new HardSwishOptionsT());
        var rounded =
                node.absorbQuantization(
                        result ->
                                held.isQuantized()
                                        && held.quantization().scale()
                                                < LARGEST_RESCALING * result.scale());
        if (rounded.isPresent()) {
            node.result(operator.input(held), rounded.get());
        } else {
            node.result(operator.input(node.tensor(slot)));
        }
    }

    /**
     * Hard sigmoid in int8: {@code x + offset / slope}, in steps of the result divided by the
     * slope, so that the integers end where the result does; then times the slope, which leaves the
     * integers as they are. Between float32 the nodes are written one by one.
     */
    private static boolean sigmoid(OpNode node, HardActivation activation) {
        int slot = node.slot(activation);
        var rounding = node.rounding(activation).filter(HardActivations::endsAtOne);
        if (rounding.isEmpty() || !node.held(slot).isQuantized()) {
            return false;
        }
        node.absorb(activation);
        var result = node.absorbQuantization(rounding.get()::equals).orElseThrow();
        float slope = activation.slope();
        var sum =
                node.operator(BuiltinOperator.ADD)
                        .version(INT8)
                        .input(node.held(slot))
                        .input(constant(node, "offset", activation.offset() / slope))
                        .options(BuiltinOptions.AddOptions, new AddOptionsT());
        var line = node.step(sum, Quantization.unsigned(result.limit() / slope, 0));
        node.result(
                node.operator(BuiltinOperator.MUL)
                        .version(INT8)
                        .input(line)
                        .input(constant(node, "slope", slope))
                        .options(BuiltinOptions.MulOptions, new MulOptionsT()),
                result);
        return true;
    }

    private static TfliteTensor constant(OpNode node, String suffix, float value) {
        return node.constant(suffix, new byte[] {ONE}, Quantization.signed(value));
    }

    /** Whether the integers stand for 0 up to 1 at most, so that they clip as the function does. */
    private static boolean endsAtOne(Quantization result) {
        return Quantizing.isOfActivations(result)
                && !result.signed()
                && result.zeroPoint() == 0
                && result.limit() <= 1;
    }
}
