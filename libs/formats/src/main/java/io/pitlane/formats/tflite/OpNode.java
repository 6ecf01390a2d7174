package io.pitlane.formats.tflite;

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
import java.util.function.Predicate;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.QuantizeOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** One node of the flat graph while it is converted: its inputs, its attributes, its results. */
final class OpNode {
    /** The version of QUANTIZE that has 16 bits. */
    private static final int TO_INT16 = 2;

    private static final int INT4_BITS = 4;

    private final NodeDef node;
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final TfliteGraph tflite;
    private final TensorTable tensors;

    /** This node, and those behind it whose work its operator does as well. */
    private final List<NodeDef> chain = new ArrayList<>();

    OpNode(
            NodeDef node,
            FlatGraph graph,
            InferredShapes shapes,
            TfliteGraph tflite,
            TensorTable tensors) {
        this.node = node;
        this.graph = graph;
        this.shapes = shapes;
        this.tflite = tflite;
        this.tensors = tensors;
        chain.add(node);
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

    /** The inferred shape of an input. */
    Shape shape(int slot) {
        return shapes.of(input(slot));
    }

    /** The inferred shape of output 0. */
    Shape resultShape() {
        return shapes.of(name());
    }

    /** Whether all sizes of output 0 but one are fixed. */
    boolean hasAtMostOneOpenSize() {
        var shape = resultShape();
        return !shape.isUnknown()
                && Arrays.stream(shape.asArray()).filter(size -> size < 0).count() <= 1;
    }

    /** An input, as values. */
    TfliteTensor tensor(int slot) {
        return tensors.values(input(slot));
    }

    /** An input as it is held: its values, or integers of 8 bits that stand for them. */
    TfliteTensor held(int slot) {
        return tensors.held(input(slot));
    }

    /** The same, or integers of 16 bits, which kernels of layers take only. */
    TfliteTensor stored(int slot) {
        return tensors.stored(input(slot));
    }

    /** Several inputs, as values. */
    List<TfliteTensor> tensors(int firstSlot, int lastSlot) {
        var list = new ArrayList<TfliteTensor>();
        for (int slot = firstSlot; slot <= lastSlot; slot++) {
            list.add(tensor(slot));
        }
        return list;
    }

    /** An input of integers as int32. */
    TfliteTensor int32(int slot) {
        var constant = knownInts(slot);
        if (constant.isPresent()) {
            return tflite.int32(input(slot).node(), constant.get(), constantShape(slot));
        }
        var computed = tensor(slot);
        return computed.type() == TensorType.INT32
                ? computed
                : step(
                        operator(BuiltinOperator.CAST).input(computed),
                        TensorType.INT32,
                        shape(slot));
    }

    private long[] constantShape(int slot) {
        return graph
                .input(node, slot)
                .getAttrOrThrow("value")
                .getTensor()
                .getTensorShape()
                .getDimList()
                .stream()
                .mapToLong(dim -> dim.getSize())
                .toArray();
    }

    int rank(int slot) {
        return tensors.held(input(slot)).rank();
    }

    boolean isConstant(int slot) {
        return tensors.isConstant(input(slot));
    }

    /**
     * An input that must be a float32 constant.
     *
     * @param what what it is, as "kernel"
     */
    FloatTensor floats(int slot, String what) {
        var constant = FakeQuantization.unroundedInput(graph, node, slot);
        if (!FloatTensor.isFloatConst(constant)) {
            throw unsupported("its " + what + " is computed");
        }
        return FloatTensor.of(constant);
    }

    /** How the fake quantization before an input rounds it; null where there is none. */
    Quantization quantization(int slot) {
        return FakeQuantization.of(graph, graph.input(node, slot)).orElse(null);
    }

    /** How this node, a fake quantization, rounds its input. */
    Optional<Quantization> quantization() {
        return FakeQuantization.of(graph, node);
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

    /** Whether a matrix product transposes an input. */
    boolean transposes(int slot) {
        return KernelLayout.isTransposed(node, slot);
    }

    /** The element type that the attribute {@code T} names. */
    byte type() {
        return TfliteType.of(attributes().type("T", DataType.DT_FLOAT));
    }

    /** Begins an operator. */
    OperatorWriter operator(int code) {
        return tflite.operator(code);
    }

    /** A float32 constant of this node. */
    TfliteTensor constant(String suffix, FloatTensor values) {
        return tensors.floats(name() + "/" + suffix, values);
    }

    /** A single float32. */
    TfliteTensor scalar(String suffix, double value) {
        return tflite.floats(name() + "/" + suffix, new FloatTensor(new float[] {(float) value}));
    }

    /** An int32 vector of this node. */
    TfliteTensor vector(String suffix, long... values) {
        return tflite.int32(name() + "/" + suffix, values, values.length);
    }

    /** An int32 matrix with rows of two. */
    TfliteTensor pairs(String suffix, long... values) {
        return tflite.int32(name() + "/" + suffix, values, values.length / 2, 2);
    }

    /** Adds an operator that computes something on the way. */
    TfliteTensor step(OperatorWriter operator, byte type, Shape shape) {
        return operator.add(tflite.tensor(name() + "/step", type, shape, null));
    }

    /** The same, in the type and shape of the result. */
    TfliteTensor step(OperatorWriter operator) {
        return step(operator, type(), resultShape());
    }

    /** Adds an operator that computes integers of the shape of the result on the way. */
    TfliteTensor step(OperatorWriter operator, Quantization quantization) {
        return operator.add(integers(name() + "/step", resultShape(), quantization));
    }

    /** Adds an operator that moves the values of another tensor. */
    TfliteTensor stepLike(OperatorWriter operator, TfliteTensor source, Shape shape) {
        return operator.add(
                tflite.tensor(name() + "/step", source.type(), shape, source.quantization()));
    }

    /** Adds the operator that computes output 0, of the type of the attribute {@code T}. */
    void result(OperatorWriter operator) {
        result(operator, type());
    }

    /** Adds the operator that computes output 0. */
    void result(OperatorWriter operator, byte type) {
        bind(operator.add(tflite.tensor(lastName(), type, shapes.of(lastName()), null)));
    }

    /** Adds the operator that computes output 0 in integers. */
    void result(OperatorWriter operator, Quantization quantization) {
        bind(operator.add(integers(lastName(), shapes.of(lastName()), quantization)));
    }

    /** The same for an operator whose integers are rounded to others. */
    void resultOfTwoRoundings(
            OperatorWriter operator, Quantization first, Quantization quantization) {
        var shape = shapes.of(lastName());
        var wide = operator.add(integers(lastName() + "/wide", shape, first));
        bind(
                quantized(
                        tensors.dequantized(lastName() + "/float", wide, shape),
                        shape,
                        quantization));
    }

    private TfliteTensor integers(String name, Shape shape, Quantization quantization) {
        return tflite.tensor(name, Quantizing.type(quantization), shape, quantization);
    }

    /**
     * An input in integers of a quantization. From another one it goes through float32: XNNPACK's
     * own conversion of int8 to int8 has a factor of 8 bits.
     */
    TfliteTensor quantized(int slot, Quantization quantization) {
        return quantization.equals(stored(slot).quantization())
                ? stored(slot)
                : quantized(tensor(slot), shape(slot), quantization);
    }

    private TfliteTensor quantized(TfliteTensor values, Shape shape, Quantization quantization) {
        return operator(BuiltinOperator.QUANTIZE)
                .version(Quantizing.isInt16(quantization) ? TO_INT16 : 1)
                .input(values)
                .options(BuiltinOptions.QuantizeOptions, new QuantizeOptionsT())
                .add(integers(name() + "/quantized", shape, quantization));
    }

    /** An int8 constant of this node. */
    TfliteTensor constant(String suffix, byte[] data, Quantization quantization, long... shape) {
        return tflite.constant(name() + "/" + suffix, TensorType.INT8, data, quantization, shape);
    }

    /** The same as it is stored for float arithmetic: two to a byte where they have 4 bits. */
    TfliteTensor stored(String suffix, byte[] data, Quantization quantization, long... shape) {
        return quantization.bits() == INT4_BITS
                ? tflite.int4(name() + "/" + suffix, data, quantization, shape)
                : constant(suffix, data, quantization, shape);
    }

    /** The values of such a constant. */
    TfliteTensor dequantized(String suffix, TfliteTensor constant, long... shape) {
        return tensors.dequantized(name() + "/" + suffix, constant, Shape.of(shape));
    }

    /** The bias of a layer on integers: int64 beside features of 16 bits, else int32. */
    TfliteTensor bias(long[] values, boolean wide, float... scales) {
        return tflite.bias(name() + "/bias", values, wide, scales);
    }

    /** Adds the operator that moves the values of another tensor to output 0. */
    void resultLike(OperatorWriter operator, TfliteTensor source) {
        var output =
                tflite.tensor(
                        lastName(), source.type(), shapes.of(lastName()), source.quantization());
        bind(operator.add(output));
    }

    /** Adds the operator that computes all outputs, which hold values like those of an input. */
    void resultsLike(OperatorWriter operator, TfliteTensor source, int count) {
        var outputs = new ArrayList<TfliteTensor>();
        for (int i = 0; i < count; i++) {
            var output = new TensorRef(name(), i);
            outputs.add(
                    tflite.tensor(
                            output.toString(),
                            source.type(),
                            shapes.of(output),
                            source.quantization()));
            tensors.put(output, outputs.get(i));
        }
        operator.add(outputs);
    }

    /** Adds the operator that computes outputs of these types. */
    void results(OperatorWriter operator, byte... types) {
        var outputs = new ArrayList<TfliteTensor>();
        for (int i = 0; i < types.length; i++) {
            var output = new TensorRef(name(), i);
            outputs.add(tflite.tensor(output.toString(), types[i], shapes.of(output), null));
            tensors.put(output, outputs.get(i));
        }
        operator.add(outputs);
    }

    /** Says which tensor is output 0. */
    void bind(TfliteTensor tensor) {
        chain.forEach(done -> tensors.put(TensorRef.of(done.getName()), tensor));
    }

    private String lastName() {
        return chain.get(chain.size() - 1).getName();
    }

    /**
     * The constant bias that the only consumer of this node adds. The operator adds it as well, and
     * its result is then that of the consumer too.
     */
    Optional<FloatTensor> absorbBias() {
        var consumer =
                onlyConsumer()
                        .filter(next -> Operations.of(next).kind() == Kind.BIAS)
                        .filter(next -> Attributes.of(next).channelsLast())
                        .filter(next -> FloatTensor.isFloatConst(graph.input(next, 1)));
        consumer.ifPresent(chain::add);
        return consumer.map(next -> FloatTensor.of(graph.input(next, 1)));
    }

    /** The hard sigmoid or swish that begins with this node. */
    Optional<HardActivation> hardActivation() {
        return HardActivation.startingAt(graph, node);
    }

    /** Which input of this node such an activation reads. */
    int slot(HardActivation activation) {
        return activation.slot(graph);
    }

    /** How the only consumer of such an activation rounds its result; empty where it does not. */
    Optional<Quantization> rounding(HardActivation activation) {
        return graph.onlyConsumer(activation.output().node())
                .flatMap(next -> FakeQuantization.of(graph, next));
    }

    /** Makes the operator compute such an activation. */
    void absorb(HardActivation activation) {
        activation.nodes().stream().skip(1).map(graph::node).forEach(chain::add);
    }

    /** The activation that the only consumer applies, likewise. */
    byte absorbActivation() {
        var consumer = onlyConsumer();
        byte activation =
                switch (consumer.map(NodeDef::getOp).orElse("")) {
                    case "Relu" -> ActivationFunctionType.RELU;
                    case "Relu6" -> ActivationFunctionType.RELU6;
                    default -> ActivationFunctionType.NONE;
                };
        if (activation != ActivationFunctionType.NONE) {
            chain.add(consumer.get());
        }
        return activation;
    }

    /**
     * How the only consumer rounds the result to 8 bits, likewise; empty where it does not, or
     * where the condition does not hold for it.
     */
    Optional<Quantization> absorbQuantization(Predicate<Quantization> condition) {
        return absorb(condition.and(Quantizing::isOfActivations));
    }

    /** The same, to 8 or 16 bits. */
    Optional<Quantization> absorbLayerQuantization(Predicate<Quantization> condition) {
        return absorb(condition.and(q -> Quantizing.isOfActivations(q) || Quantizing.isInt16(q)));
    }

    private Optional<Quantization> absorb(Predicate<Quantization> condition) {
        var consumer = onlyConsumer();
        var quantization =
                consumer.flatMap(next -> FakeQuantization.of(graph, next)).filter(condition);
        quantization.ifPresent(found -> chain.add(consumer.get()));
        return quantization;
    }

    private Optional<NodeDef> onlyConsumer() {
        var uses = graph.uses(lastName());
        return uses.size() == 1 && uses.get(0).slot() == 0 && !graph.isOutput(lastName())
                ? Optional.of(uses.get(0).consumer())
                : Optional.empty();
    }

    /** Whether anything uses an output. */
    boolean isUsed(int index) {
        var tensor = new TensorRef(name(), index);
        return !graph.uses(tensor).isEmpty()
                || graph.signature().outputs().stream()
                        .anyMatch(port -> port.tensor().equals(tensor));
    }

    /** Requires that the channels of images are their last axis. */
    void requireChannelsLast() {
        if (!attributes().channelsLast()) {
            throw unsupported("its channels come first; TFLite's images have them last");
        }
    }

    UnsupportedNodeException unsupported(String reason) {
        return new UnsupportedNodeException(reason);
    }
}
