package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.quantization.Quantization;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** The tensors read so far, by their names in ONNX, and what was written to rearrange them. */
final class TensorStore {
    private final TensorFlowGraph graph;
    private final Map<String, ReadTensor> tensors = new HashMap<>();
    private final Map<Arrangement, Output<?>> arranged = new HashMap<>();

    /**
     * One form of a tensor.
     *
     * @param tensor its name
     * @param order the order of its axes
     * @param form what it is used as
     */
    private record Arrangement(String tensor, AxisOrder order, Form form) {}

    private enum Form {
        WHOLE,
        OPERAND,
        SHORTEST
    }

    TensorStore(TensorFlowGraph graph) {
        this.graph = graph;
    }

    void put(String name, ReadTensor tensor) {
        tensors.put(name, tensor);
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    ReadTensor get(String name) {
        return tensors.get(name);
    }

    /** A tensor in an order of its rank. */
    Output<?> inOrder(String name, AxisOrder order) {
        var tensor = get(name);
        if (tensor.value() == null && tensor.order().equals(order)) {
            return tensor.output();
        }
        return once(name, order, Form.WHOLE, () -> rearranged(name, tensor, order));
    }

    private Output<?> rearranged(String name, ReadTensor tensor, AxisOrder order) {
        if (tensor.value() == null) {
            return transposed(name, tensor.output(), tensor.order(), order);
        }
        if (tensor.type() == DataType.DT_FLOAT) {
            var constant = graph.constant(name, arranged(tensor.value(), order));
            return quantized(name, constant, tensor.quantization(), order);
        }
        var constant = graph.constant(name, tensor.value());
        return order.isUnchanged() ? constant : transposed(name, constant, tensor.order(), order);
    }

    /** Weights rounded to what their integers stand for, where they have some. */
    private Output<?> quantized(
            String name, Output<?> weights, Quantization quantization, AxisOrder order) {
        if (quantization == null) {
            return weights;
        }
        return graph.fakeQuantization(
                name + "/quantized",
                weights,
                quantization.isPerChannel()
                        ? Quantization.perChannel(
                                quantization.limits(), order.position(quantization.axis()))
                        : quantization);
    }

    /** A float32 constant with its axes in an order. */
    private static TensorProto arranged(TensorProto value, AxisOrder order) {
        if (order.isUnchanged()) {
            return value;
        }
        boolean oneValue = value.getTensorContent().isEmpty() && value.getFloatValCount() == 1;
        if (!oneValue) {
            return order.arranged(FloatTensor.of(value)).toProto();
        }
        var shape =
                value.getTensorShape().getDimList().stream().mapToLong(d -> d.getSize()).toArray();
        return value.toBuilder()
                .setTensorShape(NodeBuilder.shapeProto(order.arranged(shape)))
                .build();
    }

    private Output<?> transposed(String name, Output<?> held, AxisOrder from, AxisOrder to) {
        var permutation = graph.vector(name + "/perm", from.permutationTo(to));
        return graph.operation("Transpose", name + "/Transpose")
                .input(held)
                .input(permutation)
                .add();
    }

    private Output<?> once(String name, AxisOrder order, Form form, Supplier<Output<?>> writer) {
        var key = new Arrangement(name, order, form);
        var written = arranged.get(key);
        if (written == null) {
            written = writer.get();
            arranged.put(key, written);
        }
        return written;
    }

    /**
     * A tensor as an operand that is broadcast to an order of its rank or a higher one.
     *
     * @param shortest whether axes of size 1 that a constant begins with are left out, so that a
     *     value for each channel is a vector
     */
    Output<?> operand(String name, AxisOrder order, boolean shortest) {
        var tensor = get(name);
        if (tensor.rank() == 0) {
            return inOrder(name, tensor.order());
        }
        if (tensor.rank() == order.rank() && tensor.value() == null) {
            return inOrder(name, order);
        }
        return once(
                name,
                order,
                shortest ? Form.SHORTEST : Form.OPERAND,
                () ->
                        tensor.value() != null && tensor.type() == DataType.DT_FLOAT
                                ? graph.constant(name, operand(tensor.value(), order, shortest))
                                : extended(name, tensor, order));
    }

    private static TensorProto operand(TensorProto value, AxisOrder order, boolean shortest) {
        var rows = value.getTensorShape().getDimList();
        var shape = new long[order.rank()];
        for (int axis = 0; axis < shape.length; axis++) {
            int from = axis - (shape.length - rows.size());
            shape[axis] = from < 0 ? 1 : rows.get(from).getSize();
        }
        var extended = value.toBuilder().setTensorShape(NodeBuilder.shapeProto(shape)).build();
        var whole = arranged(extended, order);
        int ones = 0;
        while (shortest
                && ones < shape.length
                && whole.getTensorShape().getDim(ones).getSize() == 1) {
            ones++;
        }
        var dimensions = whole.getTensorShape().getDimList();
        return whole.toBuilder()
                .setTensorShape(
                        whole.getTensorShape().toBuilder()
                                .clearDim()
                                .addAllDim(dimensions.subList(ones, dimensions.size())))
                .build();
    }

    private Output<?> extended(String name, ReadTensor tensor, AxisOrder order) {
        var unchanged = inOrder(name, AxisOrder.unchanged(tensor.rank()));
        if (order.isUnchanged()) {
            return unchanged;
        }
        var extended = unchanged;
        for (int missing = order.rank() - tensor.rank(); missing > 0; missing--) {
            extended =
                    graph.operation("ExpandDims", name + "/ExpandDims")
                            .input(extended)
                            .input(graph.integer(name + "/axis", 0))
                            .add();
        }
        return transposed(name, extended, AxisOrder.unchanged(order.rank()), order);
    }

    /**
     * The value of a constant, in ONNX's order.
     *
     * @throws UnsupportedOperatorException when it is computed from an input, or too large
     */
    TensorProto value(String name) {
        var tensor = get(name);
        if (tensor.value() != null) {
            return tensor.value();
        }
        var value = graph.evaluate(inOrder(name, AxisOrder.unchanged(tensor.rank())));
        tensors.put(name, ReadTensor.constant(value));
        return value;
    }
}
