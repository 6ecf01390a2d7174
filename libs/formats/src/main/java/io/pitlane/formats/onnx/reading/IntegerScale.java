package io.pitlane.formats.onnx.reading;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * How integers of a QuantizeLinear or DequantizeLinear stand for values: {@code scale * (integer -
 * zeroPoint)}.
 *
 * @param type of the integers
 * @param scales one, or one a channel
 * @param zeroPoints as many as scales
 * @param axis ONNX's axis of the channels; {@link Quantization#PER_TENSOR} for one scale
 */
record IntegerScale(DataType type, float[] scales, int[] zeroPoints, int axis) {
    private static final int HIGHEST_SIGNED = 127;
    private static final int HIGHEST_UNSIGNED = 255;
    private static final int SIGNED_AS_UNSIGNED = 128;

    /** Reads inputs 1 and 2 of a node, and its axis. */
    static IntegerScale of(OnnxNode node, DataType integers) {
        node.require(node.integer("block_size", 0) == 0, "its scales are of blocks");
        var scales = node.floats(1, "scale").values();
        var zeroPoints =
                node.hasInput(2) ? node.smallIntegers(2, "zero point") : new int[scales.length];
        node.require(
                zeroPoints.length == scales.length
                        && Arrays.stream(zeroPoints).allMatch(zero -> zero >= -128 && zero <= 255),
                "its scale and zero point do not fit each other");
        for (float scale : scales) {
            node.require(scale > 0 && Float.isFinite(scale), "its scale is " + scale);
        }
        int axis =
                scales.length == 1
                        ? Quantization.PER_TENSOR
                        : node.axis(node.integer("axis", 1), node.rank(0));
        return new IntegerScale(integers, scales, zeroPoints, axis);
    }

    boolean isSame(IntegerScale other) {
        return type == other.type
                && axis == other.axis
                && Arrays.equals(scales, other.scales)
                && Arrays.equals(zeroPoints, other.zeroPoints);
    }

    /** The quantization of an activation, if there is one for it: of 8 bits, with one scale. */
    Optional<Quantization> ofActivation() {
        boolean signed = type == DataType.DT_INT8;
        if (scales.length != 1 || !signed && type != DataType.DT_UINT8) {
            return Optional.empty();
        }
        if (signed && zeroPoints[0] == 0) {
            return Optional.of(Quantization.signed(scales[0] * HIGHEST_SIGNED));
        }
        int zeroPoint = zeroPoints[0] + (signed ? SIGNED_AS_UNSIGNED : 0);
        return Optional.of(Quantization.unsigned(scales[0] * HIGHEST_UNSIGNED, zeroPoint));
    }

    /** The quantization of weights; empty where an integer is further from the zero than 127. */
    Optional<Quantization> ofWeights(FloatTensor weights) {
        var limits = new float[scales.length];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = scales[i] * HIGHEST_SIGNED;
        }
        for (int i = 0; i < weights.values().length; i++) {
            int channel = channel(weights.shape(), i);
            if (Math.rint(Math.abs(weights.values()[i] / scales[channel])) > HIGHEST_SIGNED) {
                return Optional.empty();
            }
        }
        return Optional.of(
                axis == Quantization.PER_TENSOR
                        ? Quantization.signed(limits[0])
                        : Quantization.perChannel(limits, axis));
    }

    /** The scale that a value belongs to. */
    int channel(long[] shape, int at) {
        if (axis == Quantization.PER_TENSOR) {
            return 0;
        }
        long inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            inner *= shape[i];
        }
        return (int) (at / inner % shape[axis]);
    }
}
