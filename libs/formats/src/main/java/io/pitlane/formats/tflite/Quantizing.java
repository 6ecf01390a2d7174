package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;
import org.tensorflow.lite.schema.TensorType;

/** Fake quantization: from there on the tensor is held in integers. */
final class Quantizing {
    private Quantizing() {}

    static void convert(OpNode node) {
        var quantization =
                node.quantization()
                        .orElseThrow(
                                () -> node.unsupported("its limits or its rounding are not known"));
        if (node.isConstant(0)) {
            // Its consumers read the constant in the form that they need.
            return;
        }
        if (!isOfActivations(quantization) && !isInt16(quantization)) {
            throw node.unsupported(
                    "it quantizes to %s; kernels take 8 bits, or 16 signed ones, and one limit"
                            .formatted(quantization));
        }
        node.bind(node.quantized(0, quantization));
    }

    /** Whether kernels take activations of this quantization: of 8 bits, with one limit. */
    static boolean isOfActivations(Quantization quantization) {
        return quantization.bits() == Byte.SIZE && !quantization.isPerChannel();
    }

    /** Whether it has 16 bits, as the activations of layers may have. */
    static boolean isInt16(Quantization quantization) {
        return quantization.bits() == Short.SIZE
                && quantization.signed()
                && !quantization.isPerChannel();
    }

    /** The type of a tensor of such integers. */
    static byte type(Quantization quantization) {
        return isInt16(quantization) ? TensorType.INT16 : TensorType.INT8;
    }
}
