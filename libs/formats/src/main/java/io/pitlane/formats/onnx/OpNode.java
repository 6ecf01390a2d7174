package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.HardActivation;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** One node of the flat graph while it is converted: its inputs, its attributes, its results. */
final class OpNode {
    private final NodeDef node;
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final ProbedShapes probes;
    private final OnnxGraph onnx;
    private final TensorTable tensors;

    /** The nodes whose results are that of this one, because this one computes them as well. */
    private final List<String> absorbed = new ArrayList<>();

    /** The quantization of the values that this node moves; null where it computes others. */
    private final Quantization moved;

    OpNode(
            NodeDef node,
            FlatGraph graph,
            InferredShapes shapes,
            ProbedShapes probes,
            OnnxGraph onnx,
            TensorTable tensors,
            boolean movesValues) {
        this.node = node;
        this.graph = graph;
        this.shapes = shapes;
        this.probes = probes;
        this.onnx = onnx;
        this.tensors = tensors;
        this.moved = movesValues ? commonQuantization() : null;
    }

    /** The quantization of every input that is not an integer constant, where all have the same. */
    private Quantization commonQuantization() {
        var quantizations =
                IntStream.range(0, node.getInputCount())
                        .filter(slot -> knownInts(slot).isEmpty())
                        .mapToObj(this::quantization)
                        .distinct()
                        .toList();
        return quantizations.size() == 1 ? quantizations.get(0).orElse(null) : null;
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

    /**
     * The shapes of an input and of output 0 where all but the batch is fixed; else those of
     * several sizes of the images that the model takes.
     */
    List<Shape[]> knownShapes(int slot) {
        var input = shape(slot);
        var result = resultShape();
        return isKnown(input) && isKnown(result)
                ? List.<Shape[]>of(new Shape[] {input, result})
                : probes.of(input(slot), TensorRef.of(name()));
    }

    private static boolean isKnown(Shape shape) {
        return !shape.isUnknown() && Arrays.stream(shape.asArray()).skip(1).allMatch(s -> s >= 0);
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

    /** An input that is a float32 constant, quantized or not; empty where it is computed. */
    Optional<WeightConstant> weight(int slot) {
        return WeightConstant.of(graph, input(slot));
    }

    /** The axis of a kernel's output channels; empty where it is not a single one. */
    OptionalInt outputAxis(int slot, int rank) {
        return Operations.of(node).kernel().orElseThrow().outputAxis(node, slot, rank);
    }

    /** What was written for a kernel in a shape, or what is written now. */
    String kernelOnce(int slot, long[] shape, Supplier<String> writer) {
        return tensors.kernelOnce(input(slot), shape, writer);
    }

    /** Weights in the float format of the export; their name. */
    String floatWeights(String name, FloatTensor values) {
        return onnx.weights(name, values);
    }

    /** Writes weights that are stored as integers for float arithmetic. */
    StoredWeights storedWeights() {
        return new StoredWeights(onnx);
    }

    /** Writes quantized tensors. */
    QuantizeLinear quantizeLinear() {
        return tensors.quantizeLinear();
    }

    /** The quantization that this node is; empty where it is none with constant limits. */
    Optional<Quantization> quantization() {
        return FakeQuantization.of(graph, node);
    }

    /** The quantization of an input's values; empty where they are not quantized. */
    Optional<Quantization> quantization(int slot) {
        return tensors.isConstant(input(slot))
                ? Optional.empty()
                : quantizeLinear().of(tensor(slot).name());
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

    /** A single int64 of this node; its name. */
    String index(String suffix, long value) {
        return onnx.int64(name() + "/" + suffix, new long[] {value});
    }

    /** Whether it computes in float32, rather than in integers. */
    boolean isFloat() {
        return attributes().type("T", DataType.DT_FLOAT) == DataType.DT_FLOAT;
    }

    /** Says which ONNX tensor is output 0. */
    void result(String tensor, AxisOrder order) {
        result(0, tensor, order);
        absorbed.forEach(done -> tensors.put(TensorRef.of(done), new OnnxTensor(tensor, order)));
    }

    /**
     * Says which ONNX tensor is an output. Moved values of quantized inputs are quantized again,
     * which changes none of them: engines take what lies between two pairs for an operation on
     * integers.
     */
    void result(int index, String tensor, AxisOrder order) {
        var held = moved == null ? tensor : quantizeLinear().rounded(tensor, tensor, moved);
        tensors.put(new TensorRef(name(), index), new OnnxTensor(held, order));
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
        absorbed.add(consumer.getName());
        return Optional.of(FloatTensor.of(graph.input(consumer, 1)));
    }

    /** The hard sigmoid or swish that begins with this node; the caller computes all of it. */
    Optional<HardActivation> absorbHardActivation() {
        var found = HardActivation.startingAt(graph, node);
        found.ifPresent(activation -> absorbed.addAll(activation.nodes()));
        return found;
    }

    /** Which input of this node such an activation reads. */
    int slot(HardActivation activation) {
        return activation.slot(graph);
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
