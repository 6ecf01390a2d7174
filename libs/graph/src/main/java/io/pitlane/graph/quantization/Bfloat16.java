package io.pitlane.graph.quantization;

import static org.tensorflow.proto.DataType.DT_BFLOAT16;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import com.google.protobuf.ByteString;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * bfloat16: the upper half of a float32, with 8 significant bits; values between two are rounded,
 * ties to the even one.
 */
public final class Bfloat16 {
    private static final int DROPPED_BITS = 16;
    private static final int HALF = (1 << DROPPED_BITS - 1) - 1;
    private static final String ROUNDED = "/bfloat16";

    private Bfloat16() {}

    /** The nearest value; NaN stays NaN. */
    public static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        int odd = bits >>> DROPPED_BITS & 1;
        return Float.isNaN(value)
                ? value
                : Float.intBitsToFloat(bits + HALF + odd >>> DROPPED_BITS << DROPPED_BITS);
    }

    /** The nearest values. */
    public static FloatTensor rounded(FloatTensor values) {
        return values.map(value -> rounded((float) value));
    }

    /** The nearest values as a Const of bfloat16, in half the bytes. */
    public static NodeDef toConst(String name, FloatTensor values) {
        var bytes =
                ByteBuffer.allocate(values.values().length * Short.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values.values()) {
            bytes.putShort((short) (Float.floatToRawIntBits(rounded(value)) >>> DROPPED_BITS));
        }
        return NodeBuilder.constant(
                name,
                TensorProto.newBuilder()
                        .setDtype(DT_BFLOAT16)
                        .setTensorShape(NodeBuilder.shapeProto(values.shape()))
                        .setTensorContent(ByteString.copyFrom(bytes.array()))
                        .build());
    }

    /** Adds a node that turns a float32 tensor into one of bfloat16; nothing reads it yet. */
    public static TensorRef addCast(GraphEditor editor, TensorRef tensor) {
        return addCast(editor, tensor, ROUNDED, DT_FLOAT, DT_BFLOAT16);
    }

    /** Adds a node that turns a tensor of bfloat16 into one of float32; nothing reads it yet. */
    public static TensorRef addCastToFloat(GraphEditor editor, TensorRef tensor) {
        return addCast(editor, tensor, "/float", DT_BFLOAT16, DT_FLOAT);
    }

    private static TensorRef addCast(
            GraphEditor editor, TensorRef tensor, String suffix, DataType from, DataType to) {
        var name = editor.freshName(tensor.node() + suffix);
        editor.put(
                NodeBuilder.of("Cast", name)
                        .input(tensor)
                        .type("SrcT", from)
                        .type("DstT", to)
                        .build());
        return TensorRef.of(name);
    }

    /** Whether a node gives the values of a float32 tensor rounded, by one cast and one back. */
    static boolean isRounding(FlatGraph graph, NodeDef node) {
        return isCast(node, DT_BFLOAT16, DT_FLOAT)
                && isCast(graph.input(node, 0), DT_FLOAT, DT_BFLOAT16);
    }

    private static boolean isCast(NodeDef node, DataType from, DataType to) {
        var attributes = Attributes.of(node);
        return node.getOp().equals("Cast")
                && attributes.type("SrcT", DT_FLOAT) == from
                && attributes.type("DstT", DT_FLOAT) == to;
    }
}
