package io.pitlane.formats.onnx;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;

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
    private final ConstantWriter constants;

    /** A tensor in an order other than the one that it is held in. */
    private record Arranged(TensorRef tensor, AxisOrder order) {}

    /** A kernel in the shape that layers of one kind take. */
    private record Kernel(TensorRef tensor, List<Long> shape) {}

    TensorTable(FlatGraph graph, OnnxGraph onnx) {
        this.graph = graph;
        this.onnx = onnx;
        this.quantizeLinear = new QuantizeLinear(onnx);
        this.constants = new ConstantWriter(graph, onnx, quantizeLinear);
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
        return constants.contains(tensor);
    }

    /**
     * A tensor as it is held; a constant in its own order.
     *
     * @throws UnsupportedNodeException when it is a constant of another type
     */
    OnnxTensor get(TensorRef tensor) {
        var found = held.get(tensor);
        if (found == null) {
            found = constants.write(tensor);
            held.put(tensor, found);
        }
        return found;
    }

    /** The name of a tensor in an order of the same rank. */
    String inOrder(TensorRef tensor, AxisOrder order) {
        if (constants.isFloat(tensor) && !order.isUnchanged()) {
            return once(tensor, order, () -> constants.write(tensor, order));
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
                        constants.isFloat(tensor)
                                ? operand(tensor.node(), constants.floats(tensor), order)
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
        return isConstant(tensor) ? constants.rank(tensor) : get(tensor).order().rank();
    }
}
