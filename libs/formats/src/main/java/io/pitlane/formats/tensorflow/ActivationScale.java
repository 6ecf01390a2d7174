package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import io.pitlane.graph.quantization.Quantization;
import org.tensorflow.proto.DataType;

/**
 * An activation's quantization as TensorFlow's kernels take it: a type and a limit. They know no
 * zero point: to them a byte of type QUINT8 stands for {@code scale * byte}, the value plus {@link
 * #offset()}.
 *
 * @param quantization of 8 bits, with one limit for all values
 */
record ActivationScale(Quantization quantization) {
    private static final int HIGHEST = 255;
    private static final int SIGNED_ZERO = 128;

    /** Whether the kernels can take it. */
    static boolean supports(Quantization quantization) {
        return quantization.bits() == 8 && !quantization.isPerChannel();
    }

    /**
     * The same steps for unsigned bytes, {@value #SIGNED_ZERO} higher, where a quantization is of
     * signed ones: oneDNN halves the weights that it multiplies signed bytes by where there is no
     * VNNI.
     */
    static Quantization unsigned(Quantization quantization) {
        return quantization.signed() && supports(quantization)
                ? Quantization.unsigned((float) (HIGHEST * quantization.scale()), SIGNED_ZERO)
                : quantization;
    }

    /** QUINT8 for bytes 0..255, QINT8 for -127..127. */
    DataType type() {
        return quantization.signed() ? DT_QINT8 : DT_QUINT8;
    }

    /** What the largest byte stands for to the kernels. */
    float limit() {
        return quantization.limit();
    }

    /** The start of the range as the kernels take it. */
    float lowerLimit() {
        return quantization.signed() ? -limit() : 0;
    }

    /** The byte of the value 0. */
    int zeroPoint() {
        return quantization.zeroPoint();
    }

    /** What the bytes stand for to the kernels, less the value: 0, or above 0. */
    double offset() {
        return quantization.scale() * zeroPoint();
    }

    /** Whether the bytes are shifted, so that the kernels take them for larger values. */
    boolean isShifted() {
        return zeroPoint() != 0;
    }
}
