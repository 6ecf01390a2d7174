package io.pitlane.quantize;

import com.google.protobuf.ByteString;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.NodeBuilder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Weights as signed bytes, symmetric around 0, with one scale an output channel: {@code weight =
 * scale * byte}.
 *
 * @param bytes in the order and shape of the float weights, -127..127
 * @param shape dimensions
 * @param scales one an output channel
 */
record Int8Weights(byte[] bytes, long[] shape, float[] scales) {
    private static final int LIMIT = 127;

    /** How many of the bytes' values may be used. */
    enum Room {
        /**
         * Each weight from -127 to 127. For signed inputs of a convolution, where oneDNN itself
         * keeps clear of overflow.
         */
        FULL {
            @Override
            float needed(float weight, float neighbour) {
                return Math.abs(weight);
            }
        },
        /**
         * Neighbours of one sign from -128 to 128 together. A processor without VNNI multiplies
         * unsigned by signed bytes with {@code vpmaddubsw}, which adds two neighbouring products
         * into 16 bits and saturates: 255 * 128 = 32,640 just fits. The layer is then exact on
         * every processor, whichever one it was made on, and only channels with two large
         * neighbours get coarser steps.
         */
        PAIRED {
            @Override
            float needed(float weight, float neighbour) {
                boolean sameSign = weight > 0 == neighbour > 0;
                return sameSign ? Math.abs(weight + neighbour) : FULL.needed(weight, neighbour);
            }
        };

        /** What must not exceed the limit, of one weight and the next one in the same channel. */
        abstract float needed(float weight, float neighbour);
    }

    /**
     * Rounds weights to bytes.
     *
     * @param weights the output channels along the last axis, or along the first
     * @param outputsLast whether they are along the last
     */
    static Int8Weights of(FloatTensor weights, boolean outputsLast, Room room) {
        var values = weights.values();
        int outputs = (int) weights.shape()[outputsLast ? weights.rank() - 1 : 0];
        int inputs = values.length / outputs;
        var bytes = new byte[values.length];
        var scales = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            int first = outputsLast ? output : output * inputs;
            int step = outputsLast ? outputs : 1;
            float scale = scale(values, first, step, inputs, room);
            for (int i = 0, at = first; i < inputs; i++, at += step) {
                int rounded = (int) Math.rint(values[at] / scale);
                bytes[at] = (byte) Math.max(-LIMIT, Math.min(LIMIT, rounded));
            }
            scales[output] = scale;
        }
        return new Int8Weights(bytes, weights.shape(), scales);
    }

    private static float scale(float[] values, int first, int step, int inputs, Room room) {
        float needed = 0;
        for (int i = 0, at = first; i < inputs; i++, at += step) {
            float neighbour = i + 1 < inputs ? values[at + step] : 0;
            needed = Math.max(needed, room.needed(values[at], neighbour));
        }
        // Of a channel of zeros any scale will do; one too small for a float's inverse will not.
        return needed < Float.MIN_NORMAL * LIMIT ? 1f : needed / LIMIT;
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

    /** What byte {@code sign * 127} stands for, one an output channel. */
    FloatTensor range(int sign) {
        return new FloatTensor(scales, scales.length).map(scale -> sign * LIMIT * scale);
    }
}
