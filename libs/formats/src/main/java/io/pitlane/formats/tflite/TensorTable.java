package io.pitlane.formats.tflite;

import io.pitlane.formats.export.Float16;
import io.pitlane.formats.export.GraphConversion;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.DequantizeOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Which TFLite tensor holds each tensor of the flat graph. Constants are written when asked for.
 */
final class TensorTable {
    /** Versions of DEQUANTIZE. */
    private static final int OF_INT8 = 2;

    private static final int OF_16_BITS = 3;

    private static final int OF_INT4 = 6;

    private final FlatGraph graph;
    private final TfliteGraph tflite;
    private final Precision precision;
    private final InferredShapes shapes;
    private final Map<TensorRef, TfliteTensor> held = new HashMap<>();
    private final Map<TfliteTensor, TfliteTensor> dequantized = new HashMap<>();

    TensorTable(FlatGraph graph, InferredShapes shapes, TfliteGraph tflite, Precision precision) {
        this.shapes = shapes;
        this.graph = graph;
        this.tflite = tflite;
        this.precision = precision;
    }

    /** Says which TFLite tensor holds a tensor. */
    void put(TensorRef tensor, TfliteTensor by) {
        held.put(tensor, by);
    }

    /** Whether a tensor is held, or is a constant. */
    boolean has(TensorRef tensor) {
        return held.containsKey(tensor) || isConstant(tensor);
    }

    /** Whether a tensor is a constant, or one that is quantized. */
    boolean isConstant(TensorRef tensor) {
        return isConstant(unquantized(graph.node(tensor.node())));
    }

    private static boolean isConstant(NodeDef node) {
        return node.getOp().equals("Const");
    }

    /** The constant that a fake quantization rounds; any other node itself. */
    private NodeDef unquantized(NodeDef node) {
        return FakeQuantization.of(graph, node).isPresent() ? graph.input(node, 0) : node;
    }

    /** A tensor as kernels take it: its values, or integers of 8 bits. */
    TfliteTensor held(TensorRef tensor) {
        return stored(tensor).type() == TensorType.INT16 ? values(tensor) : stored(tensor);
    }

    /**
     * A tensor as it is held.
     *
     * @throws UnsupportedNodeException when it is a constant of a type that is not exported
     */
    TfliteTensor stored(TensorRef tensor) {
        var found = held.get(tensor);
        if (found == null) {
            found = constant(graph.node(tensor.node()));
            held.put(tensor, found);
        }
        return found;
    }

    /** A tensor of the values themselves. */
    TfliteTensor values(TensorRef tensor) {
        var found = stored(tensor);
        return found.isQuantized()
                ? dequantized.computeIfAbsent(found, integers -> dequantized(tensor, integers))
                : found;
    }

    private TfliteTensor dequantized(TensorRef tensor, TfliteTensor integers) {
        return dequantized(tensor + "/float", integers, shapes.of(tensor));
    }

    /** The values of a constant that is stored in another type. */
    TfliteTensor dequantized(String name, TfliteTensor stored, Shape shape) {
        return tflite.operator(BuiltinOperator.DEQUANTIZE)
                .version(dequantizeVersion(stored.type()))
                .input(stored)
                .options(BuiltinOptions.DequantizeOptions, new DequantizeOptionsT())
                .add(tflite.tensor(name, TensorType.FLOAT32, shape, null));
    }

    private static int dequantizeVersion(byte type) {
        return switch (type) {
            case TensorType.INT8 -> OF_INT8;
            case TfliteType.INT4 -> OF_INT4;
            default -> OF_16_BITS;
        };
    }

    private TfliteTensor constant(NodeDef quantizedOrNot) {
        var node = unquantized(quantizedOrNot);
        if (FloatTensor.isFloatConst(node)) {
            return floats(node.getName(), FloatTensor.of(node));
        }
        var proto = node.getAttrOrThrow("value").getTensor();
        var shape =
                proto.getTensorShape().getDimList().stream()
                        .mapToLong(dim -> dim.getSize())
                        .toArray();
        var ints =
                IntConstant.of(node)
                        .orElseThrow(
                                () ->
                                        new UnsupportedNodeException(
                                                "the constant '%s' has values of type %s"
                                                        .formatted(
                                                                node.getName(),
                                                                GraphConversion.typeName(
                                                                        proto.getDtype()))));
        return ints.dtype() == DataType.DT_INT32
                ? tflite.int32(node.getName(), ints.values(), shape)
                : tflite.int64(node.getName(), ints.values(), shape);
    }

    /**
     * A float32 constant; in float16 it is stored with half the bytes, unless it is a single value
     * or has values that float16 does not hold.
     */
    TfliteTensor floats(String name, FloatTensor values) {
        return precision == Precision.FLOAT16
                        && values.values().length > 1
                        && Float16.holds(values.values())
                ? dequantized(
                        name + "/float", tflite.float16(name, values), Shape.of(values.shape()))
                : tflite.floats(name, values);
    }
}
