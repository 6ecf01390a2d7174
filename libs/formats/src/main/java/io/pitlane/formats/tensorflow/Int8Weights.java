package io.pitlane.formats.tensorflow;

import com.google.protobuf.ByteString;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Weights as signed bytes, with one scale per output channel: {@code weight = scale * byte}.
 *
 * @param bytes in the order and shape of the float weights, -127..127
 * @param shape dimensions
 * @param quantization with the axis of the output channels
 */
record Int8Weights(byte[] bytes, long[] shape, Quantization quantization) {

    /**
     * Whether kernels can take weights of this quantization.
     *
     * @param axis of the output channels
     */
    static boolean supports(Quantization quantization, int axis) {
        return quantization.bits() == 8
                && quantization.signed()
                && (!quantization.isPerChannel() || quantization.axis() == axis);
    }

    /**
     * The bytes of weights.
     *
     * @param axis of the output channels, which get the scale of all weights where there is one
     */
    static Int8Weights of(FloatTensor weights, Quantization quantization, int axis) {
        if (!quantization.isPerChannel()) {
            var limits = new float[(int) weights.shape()[axis]];
            Arrays.fill(limits, quantization.limit());
            return of(weights, Quantization.perChannel(limits, axis));
        }
        return of(weights, quantization);
    }

    private static Int8Weights of(FloatTensor weights, Quantization quantization) {
        var values = weights.values();
        var bytes = new byte[values.length];
        int inner = inner(weights.shape(), quantization);
        int channels = quantization.limits().length;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) quantization.quantize(values[i], i / inner % channels);
        }
        return new Int8Weights(bytes, weights.shape(), quantization);
    }

    private static int inner(long[] shape, Quantization quantization) {
        int inner = 1;
        for (int axis = quantization.axis() + 1; axis < shape.length; axis++) {
            inner *= (int) shape[axis];
        }
        return inner;
    }

    /** The sum of the weights of each output channel, as the bytes stand for them. */
    double[] sums() {
        int inner = inner(shape, quantization);
        var sums = new double[quantization.limits().length];
        for (int i = 0; i < bytes.length; i++) {
            sums[i / inner % sums.length] += bytes[i];
        }
        for (int channel = 0; channel < sums.length; channel++) {
            sums[channel] *= quantization.scale(channel);
        }
        return sums;
    }

    /** The bytes as a Const node. */
    NodeDef toConst(String name) {
        return NodeBuilder.constant(
                name,
                TensorProto.newBuilder()
                        .setDtype(DataType.DT_QINT8)
                        .setTensorShape(NodeBuilder.shapeProto(shape))
                        .setTensorContent(ByteString.copyFrom(bytes))
                        .build());
    }

    /** The value of byte {@code sign * 127}, one per output channel. */
    FloatTensor range(int sign) {
        var limits = quantization.limits();
        return new FloatTensor(limits, limits.length).map(limit -> sign * limit);
    }
}
