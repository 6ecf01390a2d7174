package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;

/** Fake quantization: from there on the tensor is held in int8. */
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
        if (!isOfActivations(quantization)) {
            throw node.unsupported(
                    "it quantizes to %s; int8 kernels take 8 bits and one limit"
                            .formatted(quantization));
        }
        node.bind(node.quantized(0, quantization));
    }

    /** Whether kernels take activations of this quantization: of 8 bits, with one limit. */
    static boolean isOfActivations(Quantization quantization) {
        return quantization.bits() == Byte.SIZE && !quantization.isPerChannel();
    }
}
