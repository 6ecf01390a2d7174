package io.pitlane.formats.tflite;

import io.pitlane.formats.export.ConstantSizes;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Converts a flat graph node by node. A node that cannot be converted becomes an obstacle, and the
 * conversion goes on behind it, so that all of them are found.
 */
final class Conversion {
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final TfliteGraph tflite = new TfliteGraph();
    private final TensorTable tensors;
    private final List<TfliteTensor> inputs = new ArrayList<>();
    private final List<TfliteTensor> outputs = new ArrayList<>();
    private final List<ExportObstacle> obstacles = new ArrayList<>();

    private Conversion(FlatGraph folded, Precision precision) {
        this.shapes = InferredShapes.of(folded);
        this.graph = ConstantSizes.ofFixedImages(folded, shapes);
        this.tensors = new TensorTable(graph, shapes, tflite, precision);
    }

    /** Converts a graph; batch norm goes into the layers before it. */
    static Conversion of(FlatGraph flat, Precision precision) {
        var conversion = new Conversion(new BatchNormFolding().apply(flat), precision);
        conversion.run();
        return conversion;
    }

    /** The converted graph; incomplete where there are obstacles. */
    TfliteGraph result() {
        return tflite;
    }

    /** The inputs and outputs by name. */
    GraphSignature signature() {
        return graph.signature();
    }

    /** The tensors of the inputs, in the order of the signature. */
    List<TfliteTensor> inputs() {
        return inputs;
    }

    /** The tensors of the outputs, likewise. */
    List<TfliteTensor> outputs() {
        return outputs;
    }

    /** Every node that stands in the way, in the order of the graph. */
    List<ExportObstacle> obstacles() {
        return List.copyOf(obstacles);
    }

    private void run() {
        graph.signature().inputs().forEach(this::input);
        graph.nodes().stream().filter(node -> !node.getOp().equals("Const")).forEach(this::convert);
        graph.signature().outputs().forEach(this::output);
    }

    private void input(Port port) {
        attempt(
                graph.node(port.tensor().node()),
                () -> {
                    if (port.shape() == null) {
                        throw new UnsupportedNodeException(
                                "the rank of the input '%s' is not known".formatted(port.name()));
                    }
                    var shape = Shape.of(port.shape().stream().mapToLong(size -> size).toArray());
                    var tensor =
                            tflite.tensor(port.name(), TfliteType.of(port.dtype()), shape, null);
                    inputs.add(tensor);
                    tensors.put(port.tensor(), tensor);
                });
    }

    private void convert(NodeDef node) {
        if (tensors.has(TensorRef.of(node.getName())) || obstructed(node.getName())) {
            return;
        }
        var row = TfliteOperations.of(node.getOp());
        if (row.isEmpty()) {
            obstruct(node, "TFLite export does not support this operation");
            return;
        }
        if (node.getInputList().stream().map(TensorRef::parse).allMatch(this::isThere)) {
            attempt(
                    node,
                    () -> {
                        requireType(node, row.get());
                        row.get()
                                .converter()
                                .convert(new OpNode(node, graph, shapes, tflite, tensors));
                    });
        }
    }

    private static void requireType(NodeDef node, TfliteOperations.Row row) {
        var type = Attributes.of(node).type("T", DataType.DT_FLOAT);
        if (!row.types().contains(type)) {
            throw new UnsupportedNodeException("it computes in " + TfliteType.name(type));
        }
    }

    private void output(Port port) {
        if (isThere(port.tensor())) {
            attempt(graph.node(port.tensor().node()), () -> outputs.add(outputTensor(port)));
        }
    }

    /** A tensor of its own for an output, named after it. */
    private TfliteTensor outputTensor(Port port) {
        var tensor = tensors.values(port.tensor());
        if (inputs.contains(tensor) || outputs.contains(tensor) || tflite.isConstant(tensor)) {
            var shape = shapes.of(port.tensor());
            var copy = tflite.tensor(port.name(), tensor.type(), shape, null);
            return tflite.operator(BuiltinOperator.CAST).input(tensor).add(copy);
        }
        tflite.rename(tensor, port.name());
        return tensor;
    }

    private void attempt(NodeDef node, Runnable conversion) {
        try {
            conversion.run();
        } catch (UnsupportedNodeException e) {
            obstruct(node, e.getMessage());
        }
    }

    private void obstruct(NodeDef node, String reason) {
        obstacles.add(new ExportObstacle(node.getName(), node.getOp(), reason));
    }

    private boolean obstructed(String node) {
        return obstacles.stream().anyMatch(obstacle -> obstacle.node().equals(node));
    }

    /**
     * Whether a tensor is there, or a stand-in for the result of an obstacle. Behind a result of
     * unknown rank nothing can be said.
     */
    private boolean isThere(TensorRef tensor) {
        if (tensors.has(tensor)) {
            return true;
        }
        var shape = shapes.of(tensor);
        if (shape.isUnknown()) {
            return false;
        }
        var type = TfliteType.of(DataType.DT_FLOAT);
        tensors.put(tensor, tflite.tensor(tensor.toString(), type, shape, null));
        return true;
    }
}
