package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/** One node of the flat graph while it is converted: its inputs, its attributes, its results. */
final class OpNode {
    private final NodeDef node;
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final OnnxGraph onnx;
    private final TensorTable tensors;

    /** The node whose result is that of this one, because this one computes it as well. */
    private String absorbed;

    OpNode(
            NodeDef node,
            FlatGraph graph,
            InferredShapes shapes,
            OnnxGraph onnx,
            TensorTable tensors) {
        this.node = node;
        this.graph = graph;
        this.shapes = shapes;
        this.onnx = onnx;
        this.tensors = tensors;
    }

    String name() {
        return node.getName();
    }

    Attributes attributes() {
        return Attributes.of(node);
    }

    int inputs() {
        return node.getInputCount();
    }

    TensorRef input(int slot) {
        return TensorRef.parse(node.getInput(slot));
    }

    /** The inferred shape of an input, in TensorFlow's order. */
    Shape shape(int slot) {
        return shapes.of(input(slot));
    }

    /** The inferred shape of output 0, in TensorFlow's order. */
    Shape resultShape() {
        return shapes.of(name());
    }

    /** An input as it is held. */
    OnnxTensor tensor(int slot) {
        return tensors.get(input(slot));
    }

    int rank(int slot) {
        return tensors.rank(input(slot));
    }

    /** The name of an input in an order of its rank. */
    String inOrder(int slot, AxisOrder order) {
        return tensors.inOrder(input(slot), order);
    }

    /** The name of an input in TensorFlow's order. */
    String unchanged(int slot) {
        return inOrder(slot, AxisOrder.unchanged(rank(slot)));
    }

    /** The name of an input that is broadcast to an order of its rank or a higher one. */
    String operand(int slot, AxisOrder order) {
        return tensors.operand(input(slot), order);
    }

    /** The name of a constant that is broadcast likewise. */
    String operand(String suffix, FloatTensor constant, AxisOrder order) {
        return tensors.operand(name() + "/" + suffix, constant, order);
    }

    /**
     * The order that needs no transposition for the first of several inputs that is not in
     * TensorFlow's; inputs of lower rank do not count.
     */
    AxisOrder commonOrder(int firstSlot, int lastSlot) {
        int rank = IntStream.rangeClosed(firstSlot, lastSlot).map(this::rank).max().orElseThrow();
        return IntStream.rangeClosed(firstSlot, lastSlot)
                .filter(slot -> !tensors.isConstant(input(slot)) && rank(slot) == rank)
                .mapToObj(slot -> tensor(slot).order())
                .filter(order -> !order.isUnchanged())
                .findFirst()
                .orElseGet(() -> AxisOrder.unchanged(rank));
    }

    /**
     * An input that must be a float32 constant.
     *
     * @param what what it is, as "kernel"
     */
    FloatTensor floats(int slot, String what) {
        var constant = graph.input(node, slot);
        if (!FloatTensor.isFloatConst(constant)) {
            throw unsupported("its " + what + " is computed");
        }
        return FloatTensor.of(constant);
    }

    /** An input that must be a constant of integers, likewise. */
    long[] ints(int slot, String what) {
        return knownInts(slot).orElseThrow(() -> unsupported("its " + what + " is computed"));
    }

    /** The integers of an input, if it is a constant. */
    Optional<long[]> knownInts(int slot) {
        return IntConstant.of(graph.input(node, slot)).map(IntConstant::values);
    }

    /** An input that must be one constant axis of another input, from 0. */
    int axis(int slot, int rank) {
        return axis(ints(slot, "axis")[0], rank);
    }

    /** An axis from 0; negative ones count from the end. */
    static int axis(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Begins the ONNX node that computes the result. */
    NodeWriter write(String opType) {
        return onnx.node(opType, name());
    }

    /** Begins an ONNX node that computes something on the way. */
    NodeWriter step(String opType) {
        return onnx.node(opType, name() + "/" + opType);
    }

    /** A float32 constant of this node; its name. */
    String constant(String suffix, FloatTensor values) {
        return onnx.constant(name() + "/" + suffix, values);
    }

    /** A single float32 of this node; its name. */
    String scalar(String suffix, float value) {
        return constant(suffix, new FloatTensor(new float[] {value}));
    }

    /** An int64 vector of this node; its name. */
    String vector(String suffix, long... values) {
        return onnx.vector(name() + "/" + suffix, values);
    }

    /** Says which ONNX tensor is output 0. */
    void result(String tensor, AxisOrder order) {
        result(0, tensor, order);
        if (absorbed != null) {
            tensors.put(TensorRef.of(absorbed), new OnnxTensor(tensor, order));
        }
    }

    /** Says which ONNX tensor is an output. */
    void result(int index, String tensor, AxisOrder order) {
        tensors.put(new TensorRef(name(), index), new OnnxTensor(tensor, order));
    }

    /**
     * The constant bias that the only consumer of this node adds. The caller adds it as well, and
     * its result is then that of the consumer too.
     */
    Optional<FloatTensor> absorbBias() {
        var uses = graph.uses(name());
        if (uses.size() != 1 || graph.isOutput(name())) {
            return Optional.empty();
        }
        var consumer = uses.get(0).consumer();
        if (Operations.of(consumer).kind() != Kind.BIAS
                || uses.get(0).slot() != 0
                || Attributes.of(consumer).channelsLast() != attributes().channelsLast()
                || !FloatTensor.isFloatConst(graph.input(consumer, 1))) {
            return Optional.empty();
        }
        absorbed = consumer.getName();
        return Optional.of(FloatTensor.of(graph.input(consumer, 1)));
    }

    /** Whether a matrix product transposes an input. */
    boolean transposes(int slot) {
        return KernelLayout.isTransposed(node, slot);
    }

    /** Whether anything uses an output. */
    boolean isUsed(int index) {
        var tensor = new TensorRef(name(), index);
        return !graph.uses(tensor).isEmpty()
                || graph.signature().outputs().stream()
                        .anyMatch(port -> port.tensor().equals(tensor));
    }

    UnsupportedNodeException unsupported(String reason) {
        return new UnsupportedNodeException(reason);
    }
}
