package io.pitlane.formats.onnx;

import io.pitlane.formats.export.ConstantSizes;
import io.pitlane.formats.export.GraphConversion;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.Optional;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/** Converts a flat graph to ONNX. */
final class OnnxConversion extends GraphConversion {
    private final BatchDimensions batch;
    private final ProbedShapes probes;
    private final OnnxGraph onnx;
    private final TensorTable tensors;

    private OnnxConversion(FlatGraph folded, InferredShapes shapes, Precision precision) {
        super("ONNX", ConstantSizes.in(folded, shapes), shapes);
        this.batch = BatchDimensions.of(folded);
        this.probes = ProbedShapes.of(folded);
        this.onnx = new OnnxGraph(graph().signature(), precision);
        this.tensors = new TensorTable(graph(), onnx);
    }

    /**
     * Converts a graph. Batch norm goes into the layers before it; that of a quantized graph was
     * folded before its weights were quantized. Fake quantization is for int8 only.
     */
    static OnnxConversion of(FlatGraph flat, Precision precision) {
        var graph =
                precision == Precision.INT8
                        ? flat
                        : new BatchNormFolding().apply(QuantizedGraph.of(flat).floats());
        var conversion = new OnnxConversion(graph, InferredShapes.of(graph), precision);
        conversion.run();
        return conversion;
    }

    /** The converted graph; incomplete where there are obstacles. */
    OnnxGraph result() {
        return onnx;
    }

    @Override
    protected Optional<Conversion> conversion(String op) {
        return OnnxOperations.of(op)
                .map(row -> new Conversion(row.types(), node -> convert(node, row)));
    }

    private void convert(NodeDef nodeDef, OnnxOperations.Row row) {
        var node = new OpNode(nodeDef, graph(), shapes(), probes, onnx, tensors, row.movesValues());
        node.absorbHardActivation()
                .ifPresentOrElse(
                        activation -> Elementwise.hard(node, activation),
                        () -> row.converter().convert(node));
    }

    @Override
    protected void addInput(Port port, Shape shape) {
        onnx.input(port, shape, BatchDimensions.ofInput(port));
        tensors.put(
                port.tensor(),
                new OnnxTensor(port.name(), AxisOrder.unchanged(port.shape().size())));
    }

    @Override
    protected void addOutput(Port port) {
        if (graph().signature().inputs().stream()
                .anyMatch(input -> input.name().equals(port.name()))) {
            throw new UnsupportedNodeException(
                    "an input and an output are both named '%s'".formatted(port.name()));
        }
        onnx.output(port, shape(port), batch.of(port.tensor()));
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
        var inferred = shapes().of(port.tensor());
        return inferred.isUnknown() && port.shape() != null
                ? Shape.of(port.shape().stream().mapToLong(size -> size).toArray())
                : inferred;
    }

    @Override
    protected boolean has(TensorRef tensor) {
        return tensors.has(tensor);
    }

    @Override
    protected void addStandIn(TensorRef tensor, Shape shape) {
        tensors.put(
                tensor,
                new OnnxTensor(tensor.toString(), AxisOrder.unchanged(shape.numDimensions())));
    }
}
