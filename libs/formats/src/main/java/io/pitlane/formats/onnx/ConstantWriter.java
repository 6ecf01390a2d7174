package io.pitlane.formats.onnx;

import io.pitlane.formats.export.GraphConversion;
import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Writes constants of the flat graph, and constants that are read through a fake quantization. */
final class ConstantWriter {
    private final FlatGraph graph;
    private final OnnxGraph onnx;
    private final QuantizeLinear quantizeLinear;

    ConstantWriter(FlatGraph graph, OnnxGraph onnx, QuantizeLinear quantizeLinear) {
        this.graph = graph;
        this.onnx = onnx;
        this.quantizeLinear = quantizeLinear;
    }

    /** Whether a tensor is a constant of any type. */
    boolean contains(TensorRef tensor) {
        return graph.node(tensor.node()).getOp().equals("Const");
    }

    /** Whether a tensor is a constant of float32. */
    boolean isFloat(TensorRef tensor) {
        return FloatTensor.isFloatConst(graph.node(tensor.node()));
    }

    /** The values of a constant of float32. */
    FloatTensor floats(TensorRef tensor) {
        return FloatTensor.of(graph.node(tensor.node()));
    }

    /** Number of axes of a constant. */
    int rank(TensorRef tensor) {
        return proto(graph.node(tensor.node())).getTensorShape().getDimCount();
    }

    /** Writes a constant of float32 with its axes in another order; its name. */
    String write(TensorRef tensor, AxisOrder order) {
        return floatConstant(tensor, order.arranged(floats(tensor)));
    }

    /** Kernels of layers have the precision of weights, all other constants that of float32. */
    private String floatConstant(TensorRef tensor, FloatTensor values) {
        boolean isKernel =
                graph.uses(tensor).stream()
                        .anyMatch(
                                use ->
                                        Operations.of(use.consumer()).hasMacs()
                                                && Operations.of(use.consumer())
                                                        .weightSlots()
                                                        .contains(use.slot()));
        return isKernel
                ? onnx.weights(tensor.node(), values)
                : onnx.constant(tensor.node(), values);
    }

    /**
     * Writes a constant in its own order.
     *
     * @throws UnsupportedNodeException when it is of a type that the export does not take
     */
    OnnxTensor write(TensorRef tensor) {
        var node = graph.node(tensor.node());
        if (FloatTensor.isFloatConst(node)) {
            var order = AxisOrder.unchanged(rank(tensor));
            return new OnnxTensor(write(tensor, order), order);
        }
        if (!contains(tensor)) {
            return quantized(WeightConstant.of(graph, tensor).orElseThrow());
        }
        var shape =
                proto(node).getTensorShape().getDimList().stream()
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
                                                                        proto(node).getDtype()))));
        var name =
                switch (ints.dtype()) {
                    case DT_INT32 -> onnx.int32(node.getName(), ints.values(), shape);
                    default -> onnx.int64(node.getName(), ints.values(), shape);
                };
        return new OnnxTensor(name, AxisOrder.unchanged(shape.length));
    }

    private OnnxTensor quantized(WeightConstant weight) {
        var quantization = weight.quantization();
        if (quantization.bits() > Byte.SIZE) {
            throw new UnsupportedNodeException(
                    "the constant '%s' is quantized to %d bits"
                            .formatted(weight.name(), quantization.bits()));
        }
        var scales = quantization.scales();
        var name =
                quantizeLinear.weights(
                        weight.name(),
                        weight.integers(),
                        quantization.isPerChannel()
                                ? new FloatTensor(scales, scales.length)
                                : new FloatTensor(scales),
                        quantization.axis(),
                        quantization.signed());
        return new OnnxTensor(name, AxisOrder.unchanged(weight.values().rank()));
    }

    private static TensorProto proto(NodeDef constant) {
        return constant.getAttrOrThrow("value").getTensor();
    }
}
