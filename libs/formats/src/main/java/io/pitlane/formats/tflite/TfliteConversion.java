package io.pitlane.formats.tflite;

import io.pitlane.formats.export.ConstantSizes;
import io.pitlane.formats.export.GraphConversion;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Converts a flat graph to TFLite. */
final class TfliteConversion extends GraphConversion {
    private final TfliteGraph tflite = new TfliteGraph();
    private final TensorTable tensors;
    private final List<TfliteTensor> inputs = new ArrayList<>();
    private final List<TfliteTensor> outputs = new ArrayList<>();

    private TfliteConversion(FlatGraph folded, InferredShapes shapes, Precision precision) {
        super("TFLite", ConstantSizes.ofFixedImages(folded, shapes), shapes);
        this.tensors = new TensorTable(graph(), shapes, tflite, precision);
    }

    /** Converts a graph; batch norm goes into the layers before it. */
    static TfliteConversion of(FlatGraph flat, Precision precision) {
        var graph = new BatchNormFolding().apply(flat);
        var conversion = new TfliteConversion(graph, InferredShapes.of(graph), precision);
        conversion.run();
        return conversion;
    }

    /** The converted graph; incomplete where there are obstacles. */
    TfliteGraph result() {
        return tflite;
    }

    /** The inputs and outputs by name. */
    GraphSignature signature() {
        return graph().signature();
    }

    /** The tensors of the inputs, in the order of the signature. */
    List<TfliteTensor> inputs() {
        return inputs;
    }

    /** The tensors of the outputs, likewise. */
    List<TfliteTensor> outputs() {
        return outputs;
    }

    @Override
    protected Optional<Conversion> conversion(String op) {
        return TfliteOperations.of(op)
                .map(row -> new Conversion(row.types(), node -> convert(node, row)));
    }

    private void convert(NodeDef nodeDef, TfliteOperations.Row row) {
        var node = new OpNode(nodeDef, graph(), shapes(), tflite, tensors);
        if (!HardActivations.write(node)) {
            row.converter().convert(node);
        }
    }

    @Override
    protected void addInput(Port port, Shape shape) {
        var tensor = tflite.tensor(port.name(), TfliteType.of(port.dtype()), shape, null);
        inputs.add(tensor);
        tensors.put(port.tensor(), tensor);
    }

    @Override
    protected void addOutput(Port port) {
        outputs.add(outputTensor(port));
    }

    /** A tensor of its own for an output, named after it. */
    private TfliteTensor outputTensor(Port port) {
        var tensor = tensors.values(port.tensor());
        if (inputs.contains(tensor) || outputs.contains(tensor) || tflite.isConstant(tensor)) {
            var shape = shapes().of(port.tensor());
            var copy = tflite.tensor(port.name(), tensor.type(), shape, null);
            return tflite.operator(BuiltinOperator.CAST).input(tensor).add(copy);
        }
        tflite.rename(tensor, port.name());
        return tensor;
    }

    @Override
    protected boolean has(TensorRef tensor) {
        return tensors.has(tensor);
    }

    @Override
    protected void addStandIn(TensorRef tensor, Shape shape) {
        var type = TfliteType.of(DataType.DT_FLOAT);
        tensors.put(tensor, tflite.tensor(tensor.toString(), type, shape, null));
    }
}
