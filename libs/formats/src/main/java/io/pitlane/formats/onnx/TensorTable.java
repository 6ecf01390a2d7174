package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Which ONNX tensor holds each tensor of the flat graph. A tensor is transposed only when an
 * operation needs another order than the one it is held in, and once for every order: where a
 * transposition and its inverse would meet, neither is written.
 */
final class TensorTable {
    private final FlatGraph graph;
    private final OnnxGraph onnx;
    private final Map<TensorRef, OnnxTensor> held = new HashMap<>();
    private final Map<Arranged, String> arranged = new HashMap<>();
    private final Map<Kernel, String> kernels = new HashMap<>();
    private final QuantizeLinear quantizeLinear;

    /** A tensor in an order other than the one that it is held in. */
    private record Arranged(TensorRef tensor, AxisOrder order) {}

    /** A kernel in the shape that layers of one kind take. */
    private record Kernel(TensorRef tensor, List<Long> shape) {}

    TensorTable(FlatGraph graph, OnnxGraph onnx) {
        this.graph = graph;
        this.onnx = onnx;
        this.quantizeLinear = new QuantizeLinear(onnx);
    }

    /** Writes quantized tensors. */
    QuantizeLinear quantizeLinear() {
        return quantizeLinear;
    }

    /** What was written for a kernel in a shape, or what is written now. */
    String kernelOnce(TensorRef tensor, long[] shape, Supplier<String> writer) {
        var key = new Kernel(tensor, Arrays.stream(shape).boxed().toList());
        var written = kernels.get(key);
        if (written == null) {
            written = writer.get();
            kernels.put(key, written);
        }
        return written;
    }

    /** Says which ONNX tensor holds a tensor. */
    void put(TensorRef tensor, OnnxTensor by) {
        held.put(tensor, by);
    }

    /** Whether a tensor is held, or is a constant, quantized or not. */
    boolean has(TensorRef tensor) {
        return held.containsKey(tensor)
                || isConstant(tensor)
                || WeightConstant.of(graph, tensor).isPresent();
    }

    boolean isConstant(TensorRef tensor) {
        return graph.node(tensor.node()).getOp().equals("Const");
    }

    /**
     * A tensor as it is held; a constant in its own order.
     *
     * @throws UnsupportedNodeException when it is a constant of another type
     */
    OnnxTensor get(TensorRef tensor) {
        var found = held.get(tensor);
        if (found == null) {
            found = constant(tensor);
            held.put(tensor, found);
        }
        return found;
    }

    /** The name of a tensor in an order of the same rank. */
    String inOrder(TensorRef tensor, AxisOrder order) {
        if (isFloatConstant(tensor) && !order.isUnchanged()) {
            return once(tensor, order, () -> floatConstant(tensor, order.arranged(floats(tensor))));
        }
        var found = get(tensor);
        return found.order().equals(order)
                ? found.name()
                : once(tensor, order, () -> transposed(found, order));
    }

    /** What was written for a tensor in an order, or what is written now. */
    private String once(TensorRef tensor, AxisOrder order, Supplier<String> writer) {
        var key = new Arranged(tensor, order);
        var written = arranged.get(key);
        if (written == null) {
            written = writer.get();
            arranged.put(key, written);
        }
        return written;
    }

    private String transposed(OnnxTensor tensor, AxisOrder order) {
        var transposed =
                onnx.node("Transpose", tensor.name() + "/Transpose")
                        .input(tensor.name())
                        .attribute("perm", tensor.order().permutationTo(order))
                        .add();
        return quantizeLinear
                .of(tensor.name())
                .map(quantization -> quantizeLinear.rounded(transposed, transposed, quantization))
                .orElse(transposed);
    }

    /**
     * The name of a tensor as an operand of an operation that broadcasts: of the rank of {@code
     * order} or lower. TensorFlow and ONNX align the last axes, which are other ones in another
     * order.
     */
    String operand(TensorRef tensor, AxisOrder order) {
        int rank = rank(tensor);
        if (rank == order.rank()) {
            return inOrder(tensor, order);
        }
        if (rank == 0 || order.isUnchanged()) {
            return inOrder(tensor, AxisOrder.unchanged(rank));
        }
        return once(
                tensor,
                order,
                () ->
                        isFloatConstant(tensor)
                                ? operand(tensor.node(), floats(tensor), order)
                                : transposed(extended(tensor, order.rank()), order));
    }

    /** A float32 constant as such an operand. */
    String operand(String name, FloatTensor constant, AxisOrder order) {
        var shape = new long[order.rank()];
        int missing = order.rank() - constant.rank();
        Arrays.fill(shape, 1);
        System.arraycopy(constant.shape(), 0, shape, missing, constant.rank());
        return onnx.constant(name, order.arranged(new FloatTensor(constant.values(), shape)));
    }

    private OnnxTensor extended(TensorRef tensor, int rank) {
        int missing = rank - rank(tensor);
        var axes = LongStream.range(0, missing).toArray();
        var name =
                onnx.node("Unsqueeze", tensor.node() + "/Unsqueeze")
                        .input(inOrder(tensor, AxisOrder.unchanged(rank(tensor))))
                        .input(onnx.vector(tensor.node() + "/Unsqueeze/axes", axes))
                        .add();
        return new OnnxTensor(name, AxisOrder.unchanged(rank));
    }

    /** Number of axes of a tensor. */
    int rank(TensorRef tensor) {
        return isConstant(tensor)
                ? proto(graph.node(tensor.node())).getTensorShape().getDimCount()
                : get(tensor).order().rank();
    }

    private boolean isFloatConstant(TensorRef tensor) {
        return FloatTensor.isFloatConst(graph.node(tensor.node()));
    }

    private FloatTensor floats(TensorRef tensor) {
        return FloatTensor.of(graph.node(tensor.node()));
    }

    private static TensorProto proto(NodeDef constant) {
        return constant.getAttrOrThrow("value").getTensor();
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

    private OnnxTensor constant(TensorRef tensor) {
        var node = graph.node(tensor.node());
        if (FloatTensor.isFloatConst(node)) {
            var values = FloatTensor.of(node);
            return new OnnxTensor(
                    floatConstant(tensor, values), AxisOrder.unchanged(values.rank()));
        }
        if (!isConstant(tensor)) {
            return quantized(WeightConstant.of(graph, tensor).orElseThrow());
        }
        var order = AxisOrder.unchanged(proto(node).getTensorShape().getDimCount());
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
                                                                OnnxType.name(
                                                                        proto(node).getDtype()))));
        var name =
                switch (ints.dtype()) {
                    case DT_INT32 -> onnx.int32(node.getName(), ints.values(), shape);
                    default -> onnx.int64(node.getName(), ints.values(), shape);
                };
        return new OnnxTensor(name, order);
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
}
