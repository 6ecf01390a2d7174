package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes quantized tensors as pairs of QuantizeLinear and DequantizeLinear, the form that engines
 * recognise and turn into int8 kernels.
 *
 * <p>Activations are uint8 throughout. A signed quantization, {@code scale * integer}, has the same
 * scale and the zero point {@value #SIGNED_ZERO}: kernels of ONNX Runtime need one type for their
 * inputs and outputs, and a block with a residual sum has both. Weights are int8.
 */
final class QuantizeLinear {
    /** The uint8 that stands for the 0 of signed integers. */
    private static final int SIGNED_ZERO = 128;

    private final OnnxGraph onnx;
    private final Map<Quantization, Parameters> parameters = new HashMap<>();
    private final Map<String, Quantization> rounded = new HashMap<>();

    /** The names of a scale and a zero point. */
    private record Parameters(String scale, String zeroPoint) {}

    QuantizeLinear(OnnxGraph onnx) {
        this.onnx = onnx;
    }

    /** How an activation was quantized; empty where it was not. */
    Optional<Quantization> of(String tensor) {
        return Optional.ofNullable(rounded.get(tensor));
    }

    /**
     * Quantizes an activation, if it is not already quantized like that. Integers of more than 8
     * bits stay float values that are not rounded: operator set 13 has no others.
     *
     * @param name wanted for the result
     * @param tensor float values
     * @return the name of the rounded float values
     * @throws UnsupportedNodeException when the integers have fewer bits, or a limit a channel
     */
    String rounded(String name, String tensor, Quantization quantization) {
        if (quantization.equals(rounded.get(tensor))) {
            return tensor;
        }
        if (quantization.bits() > Byte.SIZE && !quantization.isPerChannel()) {
            return tensor;
        }
        if (quantization.bits() != Byte.SIZE || quantization.isPerChannel()) {
            throw new UnsupportedNodeException(
                    "it quantizes to %s; int8 kernels take 8 bits and one limit"
                            .formatted(quantization));
        }
        var shared = parameters.computeIfAbsent(quantization, this::parameters);
        var integers =
                onnx.node("QuantizeLinear", name + "/QuantizeLinear")
                        .input(tensor)
                        .input(shared.scale)
                        .input(shared.zeroPoint)
                        .add();
        var result =
                onnx.node("DequantizeLinear", name)
                        .input(integers)
                        .input(shared.scale)
                        .input(shared.zeroPoint)
                        .add();
        rounded.put(result, quantization);
        return result;
    }

    private Parameters parameters(Quantization quantization) {
        int zeroPoint = quantization.signed() ? SIGNED_ZERO : quantization.zeroPoint();
        return new Parameters(
                onnx.constant("scale", new FloatTensor(quantization.scales())),
                onnx.bytes("zero_point", new FloatTensor(new float[] {zeroPoint}), false));
    }

    /**
     * Writes quantized weights.
     *
     * @param name wanted for the result
     * @param integers the weights
     * @param scales one, or one a channel
     * @param axis of the channels
     * @param signed whether the integers are int8 rather than uint8
     * @return the name of the float values
     */
    String weights(
            String name, FloatTensor integers, FloatTensor scales, int axis, boolean signed) {
        var zeros = new FloatTensor(new float[scales.values().length], scales.shape());
        var node =
                onnx.node("DequantizeLinear", name)
                        .input(onnx.bytes(name + "/integers", integers, signed))
                        .input(onnx.constant(name + "/scale", scales))
                        .input(onnx.bytes(name + "/zero_point", zeros, signed));
        return (scales.rank() == 0 ? node : node.attribute("axis", axis)).add();
    }

    /**
     * Writes a bias as int32, in the scale of the products that it is added to: the integer is
     * {@code bias / scale}, rounded to the nearest.
     *
     * @param scales one, or one a channel
     * @return the name of the float values
     */
    String bias(String name, FloatTensor bias, double... scales) {
        var integers = new long[bias.values().length];
        var rounded = new float[scales.length];
        for (int i = 0; i < integers.length; i++) {
            double integer = Math.rint(bias.values()[i] / scales[i % scales.length]);
            integers[i] = (long) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integer));
        }
        for (int i = 0; i < scales.length; i++) {
            rounded[i] = (float) scales[i];
        }
        long[] shape = scales.length == 1 ? new long[0] : new long[] {scales.length};
        var node =
                onnx.node("DequantizeLinear", name)
                        .input(onnx.int32(name + "/integers", integers, integers.length))
                        .input(onnx.constant(name + "/scale", new FloatTensor(rounded, shape)))
                        .input(onnx.int32(name + "/zero_point", new long[scales.length], shape));
        return (scales.length == 1 ? node : node.attribute("axis", 0)).add();
    }
}
