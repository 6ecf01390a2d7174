package io.pitlane.formats.tflite;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Which TFLite tensor holds each tensor of the flat graph. Constants are written when asked for.
 */
final class TensorTable {
    private final FlatGraph graph;
    private final TfliteGraph tflite;
    private final Precision precision;
    private final Map<TensorRef, TfliteTensor> held = new HashMap<>();

    TensorTable(FlatGraph graph, TfliteGraph tflite, Precision precision) {
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

    boolean isConstant(TensorRef tensor) {
        return graph.node(tensor.node()).getOp().equals("Const");
    }

    /**
     * A tensor as it is held.
     *
     * @throws UnsupportedNodeException when it is a constant of a type that is not exported
     */
    TfliteTensor held(TensorRef tensor) {
        var found = held.get(tensor);
        if (found == null) {
            found = constant(graph.node(tensor.node()));
            held.put(tensor, found);
        }
        return found;
    }

    /** A tensor of the values themselves. */
    TfliteTensor values(TensorRef tensor) {
        return held(tensor);
    }

    private TfliteTensor constant(NodeDef node) {
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
                                                                TfliteType.name(
                                                                        proto.getDtype()))));
        return ints.dtype() == DataType.DT_INT32
                ? tflite.int32(node.getName(), ints.values(), shape)
                : tflite.int64(node.getName(), ints.values(), shape);
    }

    /** A float32 constant. */
    TfliteTensor floats(String name, FloatTensor values) {
        return tflite.floats(name, values);
    }
}
