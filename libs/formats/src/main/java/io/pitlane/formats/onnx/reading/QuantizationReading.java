package io.pitlane.formats.onnx.reading;

import io.pitlane.graph.FloatTensor;
import org.tensorflow.proto.DataType;

/**
 * QuantizeLinear and DequantizeLinear: a pair around an activation becomes its fake quantization,
 * and integer weights become values that remember their integers.
 */
final class QuantizationReading {
    private QuantizationReading() {}

    /** QuantizeLinear: the values stay floats, rounded to those that integers stand for. */
    static void quantize(OnnxNode node) {
        var type =
                node.hasInput(2)
                        ? node.type(2)
                        : node.has("output_dtype")
                                ? ElementType.of((int) node.integer("output_dtype", 0))
                                : DataType.DT_UINT8;
        var scale = IntegerScale.of(node, type);
        if (node.isConstant(0)) {
            var rounded = rounded(node, node.floats(0, "input"), scale);
            node.result(0, weights(rounded, scale).withIntegers(scale));
            return;
        }
        var quantization =
                scale.ofActivation()
                        .orElseThrow(
                                () ->
                                        node.unsupported(
                                                "it quantizes an activation by channel, or to"
                                                        + " other integers than 8 bits"));
        var values = node.quantized(node.held(0), quantization);
        node.result(0, ReadTensor.computed(values, node.order(0), false).withIntegers(scale));
    }

    /** DequantizeLinear: of integer constants, or of what a QuantizeLinear made. */
    static void dequantize(OnnxNode node) {
        var input = node.input(0);
        var type = input.integers() == null ? input.type() : input.integers().type();
        var scale = IntegerScale.of(node, type);
        if (input.integers() != null) {
            node.require(
                    scale.isSame(input.integers()),
                    "its scale, zero point or axis are not those of the QuantizeLinear before it");
            node.result(0, input.withIntegers(null));
            return;
        }
        var integers = node.smallIntegers(0, "input");
        var shape = node.shape(0);
        node.require(
                scale.axis() < 0 || shape[scale.axis()] == scale.scales().length,
                "it has %d scales".formatted(scale.scales().length));
        var values = new float[integers.length];
        for (int i = 0; i < values.length; i++) {
            int channel = scale.channel(shape, i);
            values[i] = (integers[i] - scale.zeroPoints()[channel]) * scale.scales()[channel];
        }
        node.result(0, weights(new FloatTensor(values, shape), scale));
    }

    private static ReadTensor weights(FloatTensor values, IntegerScale scale) {
        var constant = ReadTensor.constant(values.toProto());
        return scale.type() == DataType.DT_INT32
                ? constant
                : scale.ofWeights(values).map(constant::withQuantization).orElse(constant);
    }

    private static FloatTensor rounded(OnnxNode node, FloatTensor values, IntegerScale scale) {
        boolean signed = scale.type() == DataType.DT_INT8;
        node.require(
                signed || scale.type() == DataType.DT_UINT8,
                "it quantizes to other integers than 8 bits");
        var rounded = new float[values.values().length];
        for (int i = 0; i < rounded.length; i++) {
            int channel = scale.channel(values.shape(), i);
            float step = scale.scales()[channel];
            int zero = scale.zeroPoints()[channel];
            double integer = Math.rint(values.values()[i] / step) + zero;
            integer = Math.max(signed ? -128 : 0, Math.min(signed ? 127 : 255, integer));
            rounded[i] = (float) (integer - zero) * step;
        }
        return new FloatTensor(rounded, values.shape());
    }
}
