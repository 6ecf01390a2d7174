package io.pitlane.graph.quantization;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;

/**
 * How integers stand for the values of a tensor: {@code value = scale * (integer - zeroPoint)}
 * (Jacob et al., arXiv:1712.05877, section 2.1). Values between two integers are rounded, ties to
 * the even one; values outside saturate.
 *
 * @param bits 2..16
 * @param signed integers of -(2^(bits-1)-1)..2^(bits-1)-1, symmetric around 0; else 0..2^bits-1
 * @param limits what the largest integer would stand for if the zero point were 0, above 0: one, or
 *     one a channel. The numbers that kernels and formats get are computed from these
 * @param zeroPoint the integer of the value 0; 0 where signed, or a limit a channel
 * @param axis the axis of the channels; {@value #PER_TENSOR} for one limit
 */
public record Quantization(int bits, boolean signed, float[] limits, int zeroPoint, int axis) {
    /** The axis where there is one limit for all values. */
    public static final int PER_TENSOR = -1;

    public Quantization {
        if (bits < 2 || bits > 16) {
            throw new IllegalArgumentException(bits + " bits");
        }
        if (axis == PER_TENSOR && limits.length != 1) {
            throw new IllegalArgumentException(limits.length + " limits for a whole tensor");
        }
        if (zeroPoint != 0 && (signed || axis != PER_TENSOR)) {
            throw new IllegalArgumentException(
                    "the zero point " + zeroPoint + " of signed integers, or of channels");
        }
        if (zeroPoint < 0 || zeroPoint > highest(bits, signed)) {
            throw new IllegalArgumentException("the zero point " + zeroPoint);
        }
        for (float limit : limits) {
            if (!(limit > 0) || !Float.isFinite(limit)) {
                throw new IllegalArgumentException("the limit " + limit);
            }
        }
    }

    /** Of 8 bits 0..255, with one limit. */
    public static Quantization unsigned(float limit, int zeroPoint) {
        return new Quantization(8, false, new float[] {limit}, zeroPoint, PER_TENSOR);
    }

    /** Of 8 bits -127..127, with one limit. */
    public static Quantization signed(float limit) {
        return new Quantization(8, true, new float[] {limit}, 0, PER_TENSOR);
    }

    /** Of 16 bits -32767..32767, with one limit. */
    public static Quantization int16(float limit) {
        return new Quantization(16, true, new float[] {limit}, 0, PER_TENSOR);
    }

    /** Of 8 bits -127..127, with one limit a channel. */
    public static Quantization perChannel(float[] limits, int axis) {
        return new Quantization(8, true, limits, 0, axis);
    }

    /**
     * The same with steps that are powers of two, each the next above: every value is an integer
     * times 2^n. The zero point moves, and the range may end up to half a step earlier on one side.
     */
    public Quantization withPowerOfTwoSteps() {
        var raised = new float[limits.length];
        for (int i = 0; i < raised.length; i++) {
            double step = Math.scalb(1.0, Math.getExponent(scale(i)));
            // A limit in float32 is a little off the step that it was made of.
            boolean isPowerOfTwo = scale(i) <= step * (1 + 0x1p-20);
            raised[i] = (float) (highest() * (isPowerOfTwo ? step : 2 * step));
        }
        int moved =
                zeroPoint == 0 ? 0 : (int) Math.rint(zeroPoint * (double) limits[0] / raised[0]);
        return new Quantization(bits, signed, raised, moved, axis);
    }

    /** The lowest integer. */
    public int lowest() {
        return signed ? -highest() : 0;
    }

    /** The highest integer. */
    public int highest() {
        return highest(bits, signed);
    }

    private static int highest(int bits, boolean signed) {
        return (1 << (signed ? bits - 1 : bits)) - 1;
    }

    /** Whether every channel has a limit of its own. */
    public boolean isPerChannel() {
        return axis != PER_TENSOR;
    }

    /** The limit of all values. */
    public float limit() {
        if (isPerChannel()) {
            throw new IllegalStateException("there is one limit a channel");
        }
        return limits[0];
    }

    /** The difference of the values of two neighbouring integers, in a channel. */
    public double scale(int channel) {
        return (double) limits[isPerChannel() ? channel : 0] / highest();
    }

    /** Likewise, where there is one for all values. */
    public double scale() {
        return (double) limit() / highest();
    }

    /** The scales in float32, one or one a channel. */
    public float[] scales() {
        var scales = new float[limits.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) scale(i);
        }
        return scales;
    }

    /**
     * The integer for a value of a channel; the channel does not count where there is one limit.
     */
    public int quantize(float value, int channel) {
        double rounded = Math.rint(value / scale(channel)) + zeroPoint;
        return (int) Math.max(lowest(), Math.min(highest(), rounded));
    }

    /** The integers for the values of a tensor, as floats. */
    public FloatTensor integers(FloatTensor values) {
        return mapped(values, this::quantize);
    }

    /** The values of a tensor, rounded to those that integers stand for. */
    public FloatTensor rounded(FloatTensor values) {
        return mapped(values, (value, channel) -> dequantize(quantize(value, channel), channel));
    }

    private FloatTensor mapped(FloatTensor values, ChannelFunction function) {
        int stride = values.stride(axis);
        var mapped = new float[values.values().length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = function.of(values.values()[i], i / stride % limits.length);
        }
        return new FloatTensor(mapped, values.shape());
    }

    /** A function of a value and its channel. */
    private interface ChannelFunction {
        float of(float value, int channel);
    }

    /** The value that an integer of a channel stands for. */
    public float dequantize(int integer, int channel) {
        return (float) (scale(channel) * (integer - zeroPoint));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantization that
                && bits == that.bits
                && signed == that.signed
                && zeroPoint == that.zeroPoint
                && axis == that.axis
                && Arrays.equals(limits, that.limits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(limits) + 31 * (bits + 31 * (zeroPoint + 31 * axis));
    }

    @Override
    public String toString() {
        return (signed ? "int" : "uint")
                + bits
                + (isPerChannel()
                        ? " of axis " + axis
                        : " to " + limit() + (zeroPoint == 0 ? "" : ", zero point " + zeroPoint));
    }
}
