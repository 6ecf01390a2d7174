package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT8;
import static org.tensorflow.proto.DataType.DT_UINT8;

import com.google.protobuf.ByteString;
import io.pitlane.formats.export.NibblePairs;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * Stores quantized weights that are read as floats: as int8, or two to a byte where they have 4
 * bits, behind a Cast and a multiplication by their scales. TensorFlow computes these once, when it
 * loads the model.
 */
final class StoredWeights {
    private static final int INT4_BITS = 4;

    /** What stands for 0 in 4 bits. */
    private static final int INT4_ZERO = 8;

    private final GraphEditor editor;
    private final Map<TensorRef, Quantization> quantizations;

    StoredWeights(GraphEditor editor, Map<TensorRef, Quantization> quantizations) {
        this.editor = editor;
        this.quantizations = quantizations;
    }

    /** Replaces the float constants of a graph that are quantized, under their names. */
    void replaceIn(FlatGraph graph) {
        for (var node : graph.nodes()) {
            var quantization = quantizations.get(TensorRef.of(node.getName()));
            if (quantization != null
                    && quantization.signed()
                    && quantization.bits() <= Byte.SIZE
                    && FloatTensor.isFloatConst(node)) {
                replace(node.getName(), FloatTensor.of(node), quantization);
            }
        }
    }

    private void replace(String name, FloatTensor weights, Quantization quantization) {
        var integers = quantization.integers(weights);
        var floats =
                quantization.bits() == INT4_BITS ? unpacked(name, integers) : cast(name, integers);
        editor.put(
                NodeBuilder.of("Mul", name)
                        .input(floats)
                        .input(constant(name + "/scale", scales(weights, quantization)))
                        .type("T", DT_FLOAT)
                        .build());
    }

    private static FloatTensor scales(FloatTensor weights, Quantization quantization) {
        if (!quantization.isPerChannel()) {
            return new FloatTensor(quantization.scales());
        }
        var shape = new long[weights.rank()];
        Arrays.fill(shape, 1);
        shape[quantization.axis()] = quantization.limits().length;
        return new FloatTensor(quantization.scales(), shape);
    }

    private String cast(String name, FloatTensor integers) {
        var bytes = new byte[integers.values().length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) integers.values()[i];
        }
        return cast(bytes(name + "/integers", DT_INT8, bytes, integers.shape()), DT_INT8);
    }

    private String unpacked(String name, FloatTensor integers) {
        var pairs = NibblePairs.of(integers.map(integer -> integer + INT4_ZERO));
        var floats = cast(bytes(name + "/packed", DT_UINT8, pairs, pairs.length), DT_UINT8);
        var sixteen = constant(name + "/16", new FloatTensor(new float[] {16}));
        var low = binary("FloorMod", name + "/low", floats, sixteen);
        var high = binary("FloorDiv", name + "/high", floats, sixteen);
        var both =
                put(
                        NodeBuilder.of("Pack", name + "/both")
                                .input(low)
                                .input(high)
                                .integer("N", 2)
                                .integer("axis", 1)
                                .type("T", DT_FLOAT));
        var row = reshaped(name + "/row", both, 2L * pairs.length);
        int count = integers.values().length;
        var all = count == 2 * pairs.length ? row : first(name + "/all", row, count);
        var zero = constant(name + "/zero", new FloatTensor(new float[] {INT4_ZERO}));
        var centred = binary("Sub", name + "/centred", all, zero);
        return reshaped(name + "/integers", centred, integers.shape());
    }

    private String first(String wanted, String row, int count) {
        var begin = ints(wanted + "/begin", 0);
        var size = ints(wanted + "/size", count);
        return put(
                NodeBuilder.of("Slice", wanted)
                        .input(row)
                        .input(begin)
                        .input(size)
                        .type("T", DT_FLOAT)
                        .type("Index", DT_INT32));
    }

    private String reshaped(String wanted, String values, long... shape) {
        var sizes =
                ints(wanted + "/shape", Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
        return put(
                NodeBuilder.of("Reshape", wanted)
                        .input(values)
                        .input(sizes)
                        .type("T", DT_FLOAT)
                        .type("Tshape", DT_INT32));
    }

    private String cast(String integers, DataType type) {
        return put(
                NodeBuilder.of("Cast", integers + "/float")
                        .input(integers)
                        .type("SrcT", type)
                        .type("DstT", DT_FLOAT));
    }

    private String binary(String op, String wanted, String left, String right) {
        return put(NodeBuilder.of(op, wanted).input(left).input(right).type("T", DT_FLOAT));
    }

    private String put(NodeBuilder node) {
        var built = node.build();
        var name = editor.freshName(built.getName());
        editor.put(built.toBuilder().setName(name).build());
        return name;
    }

    private String bytes(String wanted, DataType type, byte[] data, long... shape) {
        var name = editor.freshName(wanted);
        editor.put(
                NodeBuilder.constant(
                        name,
                        TensorProto.newBuilder()
                                .setDtype(type)
                                .setTensorShape(NodeBuilder.shapeProto(shape))
                                .setTensorContent(ByteString.copyFrom(data))
                                .build()));
        return name;
    }

    private String constant(String wanted, FloatTensor values) {
        var name = editor.freshName(wanted);
        editor.put(values.toConst(name));
        return name;
    }

    private String ints(String wanted, int... values) {
        var name = editor.freshName(wanted);
        editor.put(NodeBuilder.intVector(name, values));
        return name;
    }
}
