package io.pitlane.formats.onnx;

import ai.onnx.proto.OnnxMl;
import io.pitlane.formats.export.NibblePairs;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;

/**
 * Writes quantized weights of layers that compute in float: as int8, or two to a byte where they
 * have 4 bits, behind a Cast and a multiplication by their scales. Engines compute these once, when
 * they load the model. A DequantizeLinear would be computed in every call, or make ONNX Runtime
 * quantize the features, too.
 */
final class StoredWeights {
    private static final int INT4_BITS = 4;

    /** What stands for 0 in 4 bits, for which operator set 13 has no type. */
    private static final int INT4_ZERO = 8;

    private final OnnxGraph onnx;

    StoredWeights(OnnxGraph onnx) {
        this.onnx = onnx;
    }

    /**
     * Writes weights.
     *
     * @param name wanted for the result
     * @param integers in the order of the result
     * @param scales one, or one a channel
     * @param axis of the channels
     * @return the name of the float values
     */
    String write(
            String name,
            FloatTensor integers,
            float[] scales,
            int axis,
            Quantization quantization) {
        boolean packed = quantization.bits() == INT4_BITS && quantization.signed();
        var floats =
                packed
                        ? unpacked(name, integers)
                        : cast(onnx.bytes(name + "/integers", integers, quantization.signed()));
        var shape = new long[scales.length == 1 ? 0 : integers.rank()];
        Arrays.fill(shape, 1);
        if (scales.length > 1) {
            shape[axis] = scales.length;
        }
        return onnx.node("Mul", name)
                .input(floats)
                .input(onnx.constant(name + "/scale", new FloatTensor(scales, shape)))
                .add();
    }

    private String cast(String integers) {
        return onnx.node("Cast", integers + "/float")
                .input(integers)
                .attribute("to", OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .add();
    }

    private String unpacked(String name, FloatTensor integers) {
        var pairs = NibblePairs.of(integers.map(integer -> integer + INT4_ZERO));
        var bytes = new float[pairs.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = pairs[i] & 0xff;
        }
        var packed = onnx.bytes(name + "/packed", new FloatTensor(bytes, bytes.length, 1), false);
        var low =
                onnx.node("Mod", name + "/low").input(packed).input(byteOf(name + "/16", 16)).add();
        var high =
                onnx.node("BitShift", name + "/high")
                        .input(packed)
                        .input(byteOf(name + "/4", INT4_BITS))
                        .attribute("direction", "RIGHT")
                        .add();
        var both =
                onnx.node("Concat", name + "/both")
                        .input(low)
                        .input(high)
                        .attribute("axis", 1)
                        .add();
        var row = reshaped(name + "/row", both, -1);
        int count = integers.values().length;
        var all = count == 2 * pairs.length ? row : first(name + "/all", row, count);
        var zero = onnx.constant(name + "/zero", new FloatTensor(new float[] {INT4_ZERO}));
        var centred = onnx.node("Sub", name + "/centred").input(cast(all)).input(zero).add();
        return reshaped(name + "/integers", centred, integers.shape());
    }

    private String byteOf(String name, int value) {
        return onnx.bytes(name, new FloatTensor(new float[] {value}), false);
    }

    private String first(String name, String row, long count) {
        return onnx.node("Slice", name)
                .input(row)
                .input(onnx.vector(name + "/start", 0))
                .input(onnx.vector(name + "/end", count))
                .add();
    }

    private String reshaped(String name, String values, long... shape) {
        return onnx.node("Reshape", name)
                .input(values)
                .input(onnx.vector(name + "/shape", shape))
                .add();
    }
}
