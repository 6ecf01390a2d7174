package io.pitlane.formats.onnx;

import io.pitlane.formats.export.ConstantSizes;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.ArrayList;
import java.util.List;
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
    private final BatchDimensions batch;
    private final ProbedShapes probes;
    private final OnnxGraph onnx;
    private final TensorTable tensors;
    private final List<ExportObstacle> obstacles = new ArrayList<>();

    private Conversion(FlatGraph folded, Precision precision) {
        this.shapes = InferredShapes.of(folded);
        this.batch = BatchDimensions.of(folded);
        this.probes = ProbedShapes.of(folded);
        this.graph = ConstantSizes.in(folded, shapes);
        this.onnx = new OnnxGraph(graph.signature(), precision);
        this.tensors = new TensorTable(graph, onnx);
    }

    /**
     * Converts a graph. Batch norm goes into the layers before it; that of a quantized graph was
     * folded before its weights were quantized. Fake quantization is for int8 only.
     */
    static Conversion of(FlatGraph flat, Precision precision) {
        var graph =
                precision == Precision.INT8
                        ? flat
                        : new BatchNormFolding().apply(QuantizedGraph.of(flat).floats());
        var conversion = new Conversion(graph, precision);
        conversion.run();
        return conversion;
    }

    /** The converted graph; incomplete where there are obstacles. */
    OnnxGraph result() {
        return onnx;
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
                    onnx.input(port, shape, BatchDimensions.ofInput(port));
                    tensors.put(
                            port.tensor(),
                            new OnnxTensor(port.name(), AxisOrder.unchanged(port.shape().size())));
                });
    }

    private void convert(NodeDef node) {
        if (tensors.has(TensorRef.of(node.getName())) || obstructed(node.getName())) {
            return;
        }
        var row = OnnxOperations.of(node.getOp());
        if (row.isEmpty()) {
            obstruct(node, "ONNX export does not support this operation");
            return;
        }
        if (node.getInputList().stream().map(TensorRef::parse).allMatch(this::isThere)) {
            attempt(
                    node,
                    () -> {
                        requireType(node, row.get());
                        boolean moves = row.get().movesValues();
                        row.get()
                                .converter()
                                .convert(
                                        new OpNode(
                                                node, graph, shapes, probes, onnx, tensors, moves));
                    });
        }
    }

    private static void requireType(NodeDef node, OnnxOperations.Row row) {
        var type = Attributes.of(node).type("T", DataType.DT_FLOAT);
        if (!row.types().contains(type)) {
            throw new UnsupportedNodeException("it computes in " + OnnxType.name(type));
        }
    }

    private void output(Port port) {
        if (!isThere(port.tensor())) {
            return;
        }
        var node = graph.node(port.tensor().node());
        attempt(
                node,
                () -> {
                    if (graph.signature().inputs().stream()
                            .anyMatch(input -> input.name().equals(port.name()))) {
                        throw new UnsupportedNodeException(
                                "an input and an output are both named '%s'"
                                        .formatted(port.name()));
                    }
                    onnx.output(port, shape(port), batch.of(port.tensor()));
                    writeOutput(port);
                });
    }

    private void writeOutput(Port port) {
        var tensor = tensors.get(port.tensor());
        var unchanged = AxisOrder.unchanged(tensor.order().rank());
        if (tensor.order().equals(unchanged)) {
            onnx.node("Identity", port.name() + "/output").input(tensor.name()).addAs(port.name());
        } else {
            onnx.node("Transpose", port.name() + "/output")
                    .input(tensor.name())
                    .attribute("perm", tensor.order().permutationTo(unchanged))
                    .addAs(port.name());
        }
    }

    private Shape shape(Port port) {
        var inferred = shapes.of(port.tensor());
        return inferred.isUnknown() && port.shape() != null
                ? Shape.of(port.shape().stream().mapToLong(size -> size).toArray())
                : inferred;
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
        tensors.put(
                tensor,
                new OnnxTensor(tensor.toString(), AxisOrder.unchanged(shape.numDimensions())));
        return true;
    }
}
