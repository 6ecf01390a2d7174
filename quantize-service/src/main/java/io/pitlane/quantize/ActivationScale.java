package io.pitlane.quantize;

import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import org.tensorflow.proto.DataType;

/**
 * How the bytes of an activation stand for its values: {@code value = step * (byte - zeroPoint)}
 * (Jacob et al., arXiv:1712.05877, section 2.1).
 *
 * <p>TensorFlow's kernels take a type and a limit, and know no zero point: to them a byte of type
 * QUINT8 stands for {@code step * byte}, the value plus {@link #offset()}.
 *
 * @param type QUINT8 for bytes 0..255, QINT8 for -127..127
 * @param limit what the largest byte stands for to the kernels, above 0
 * @param zeroPoint the byte of the value 0, 0..255; 0 for QINT8
 */
record ActivationScale(DataType type, float limit, int zeroPoint) {
    private static final int LARGEST = 255;
    private static final int LARGEST_SIGNED = 127;

    /** For values 0..{@code max}. */
    static ActivationScale unsigned(float max) {
        return new ActivationScale(DT_QUINT8, orOne(max), 0);
    }

    /** For values -{@code magnitude}..{@code magnitude}, as signed bytes. */
    static ActivationScale signed(float magnitude) {
        return new ActivationScale(DT_QINT8, orOne(magnitude), 0);
    }

    /**
     * For values of any sign, as unsigned bytes: 0 is exactly a byte, and the steps are as small as
     * possible for the bytes to reach both ends of the range.
     */
    static ActivationScale of(Range range) {
        double below = Math.max(0, -range.min());
        double above = Math.max(0, range.max());
        int zeroPoint =
                (int) Math.rint(LARGEST * below / Math.max(below + above, Float.MIN_NORMAL));
        double step =
                Math.max(
                        zeroPoint == 0 ? 0 : below / zeroPoint,
                        zeroPoint == LARGEST ? 0 : above / (LARGEST - zeroPoint));
        return zeroPoint == 0
                ? unsigned(range.max())
                : new ActivationScale(DT_QUINT8, orOne((float) (LARGEST * step)), zeroPoint);
    }

    /** A step must not be 0: a range of zeros ends at 1. */
    private static float orOne(float limit) {
        return limit < Float.MIN_NORMAL * LARGEST ? 1f : limit;
    }

    /** The difference of the values of two neighbouring bytes. */
    double step() {
        return (double) limit / (type == DT_QUINT8 ? LARGEST : LARGEST_SIGNED);
    }

    /** What the bytes stand for to the kernels, less the value: 0, or above 0. */
    double offset() {
        return step() * zeroPoint;
    }

    /** Whether the bytes are shifted, so that the kernels take them for larger values. */
    boolean isShifted() {
        return zeroPoint != 0;
    }

    /** The start of the range as the kernels take it. */
    float lowerLimit() {
        return type == DT_QUINT8 ? 0 : -limit;
    }
}
