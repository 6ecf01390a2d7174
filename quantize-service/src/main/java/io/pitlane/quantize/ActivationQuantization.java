package io.pitlane.quantize;

import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.ActivationOptions.Type;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.quantization.Quantization;

/** Chooses the quantization of an activation by its range. */
final class ActivationQuantization {
    private static final int HIGHEST = 255;

    private final ActivationOptions options;

    ActivationQuantization(ActivationOptions options) {
        this.options = options;
    }

    /** For values 0..{@code max}. */
    Quantization unsigned(float max) {
        return Quantization.unsigned(orOne(max), 0);
    }

    /** For values -{@code magnitude}..{@code magnitude}, as signed bytes. */
    Quantization signed(float magnitude) {
        return Quantization.signed(orOne(magnitude));
    }

    /** For values of any sign, of 16 bits or of 8. */
    Quantization of(Range range, boolean int16) {
        return int16 ? Quantization.int16(orOne(range.magnitude())) : of(range);
    }

    /** For values of any sign, with or without a zero point, as the options say. */
    Quantization of(Range range) {
        return options.type() == Type.SYMMETRIC ? symmetric(range) : asymmetric(range);
    }

    private Quantization symmetric(Range range) {
        return range.nonNegative() ? unsigned(range.max()) : signed(range.magnitude());
    }

    /**
     * As unsigned bytes: 0 is exactly a byte, and the steps are as small as possible for the bytes
     * to reach both ends of the range.
     */
    private Quantization asymmetric(Range range) {
        double below = Math.max(0, -range.min());
        double above = Math.max(0, range.max());
        int zeroPoint =
                (int) Math.rint(HIGHEST * below / Math.max(below + above, Float.MIN_NORMAL));
        double step =
                Math.max(
                        zeroPoint == 0 ? 0 : below / zeroPoint,
                        zeroPoint == HIGHEST ? 0 : above / (HIGHEST - zeroPoint));
        return zeroPoint == 0
                ? unsigned(range.max())
                : Quantization.unsigned(orOne((float) (HIGHEST * step)), zeroPoint);
    }

    /** For what an activation that is never negative gives, of 16 bits or of 8. */
    Quantization of(FusedActivation activation, Range range, boolean int16) {
        float max = Math.min(range.magnitude(), activation.ceiling());
        return int16 ? Quantization.int16(orOne(max)) : unsigned(max);
    }

    /** A step must not be 0: a range of zeros ends at 1. */
    private static float orOne(float limit) {
        return limit < Float.MIN_NORMAL * HIGHEST ? 1f : limit;
    }
}
