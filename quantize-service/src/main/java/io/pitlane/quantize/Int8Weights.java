package io.pitlane.quantize;

import com.google.protobuf.ByteString;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Weights as signed bytes, symmetric around 0, with one scale per output channel: {@code weight =
 * scale * byte}.
 *
 * <p>But for depthwise convolutions, the sum of two neighbouring weights of one sign is in
 * -128..128. A processor without VNNI multiplies unsigned by signed bytes with {@code vpmaddubsw},
 * which adds two neighbouring products in 16 bits and saturates: 255 * 128 = 32,640 still fits. The
 * layer is then exact on every processor, on whichever it was made; only channels with two large
 * neighbours get a larger scale.
 *
 * @param bytes in the order and shape of the float weights, -127..127
 * @param shape dimensions
 * @param scales one per output channel
 * @param outputsLast whether the output channels are along the last axis, else along the first
 */
record Int8Weights(byte[] bytes, long[] shape, float[] scales, boolean outputsLast) {
    private static final int LIMIT = 127;

    /**
     * Rounds weights to bytes.
     *
     * @param weights the output channels along the last axis, or along the first
     * @param outputsLast whether they are along the last
     */
    static Int8Weights of(FloatTensor weights, boolean outputsLast) {
        int outputs = (int) weights.shape()[outputsLast ? weights.rank() - 1 : 0];
        return of(weights, outputs, outputsLast, Int8Weights::bound);
    }

    /**
     * Rounds the weights {@code [H, W, O, 1]} of a depthwise convolution to bytes. Each may be as
     * large as a byte: its kernels add products in 32 bits on every processor.
     */
    static Int8Weights depthwise(FloatTensor weights) {
        int outputs = (int) weights.shape()[2];
        return of(weights, outputs, true, (weight, neighbour) -> Math.abs(weight));
    }

    /** What must not exceed the limit, for a weight and the next in its channel. */
    private interface Bound {
        float of(float weight, float neighbour);
    }

    private static Int8Weights of(
            FloatTensor weights, int outputs, boolean outputsLast, Bound bound) {
        var values = weights.values();
        int inputs = values.length / outputs;
        var bytes = new byte[values.length];
        var scales = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            int first = outputsLast ? output : output * inputs;
            int step = outputsLast ? outputs : 1;
            float scale = scale(values, first, step, inputs, bound);
            for (int i = 0, at = first; i < inputs; i++, at += step) {
                int rounded = (int) Math.rint(values[at] / scale);
                bytes[at] = (byte) Math.max(-LIMIT, Math.min(LIMIT, rounded));
            }
            scales[output] = scale;
        }
        return new Int8Weights(bytes, weights.shape(), scales, outputsLast);
    }

    private static float scale(float[] values, int first, int step, int inputs, Bound bound) {
        float largest = 0;
        for (int i = 0, at = first; i < inputs; i++, at += step) {
            float neighbour = i + 1 < inputs ? values[at + step] : 0;
            largest = Math.max(largest, bound.of(values[at], neighbour));
        }
        // A channel of zeros works with any scale, but the inverse of a tiny one is not finite.
        return largest < Float.MIN_NORMAL * LIMIT ? 1f : largest / LIMIT;
    }

    private static float bound(float weight, float neighbour) {
        boolean sameSign = weight > 0 == neighbour > 0;
        return Math.abs(sameSign ? weight + neighbour : weight);
    }

    /** The sum of the weights of an output channel, as the bytes stand for them. */
    double sum(int output) {
        int outputs = scales.length;
        int inputs = bytes.length / outputs;
        int first = outputsLast ? output : output * inputs;
        int step = outputsLast ? outputs : 1;
        long sum = 0;
        for (int i = 0, at = first; i < inputs; i++, at += step) {
            sum += bytes[at];
        }
        return (double) scales[output] * sum;
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
        return new FloatTensor(scales, scales.length).map(scale -> sign * LIMIT * scale);
    }
}
