package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import io.pitlane.formats.onnx.AxisOrder;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.quantization.Quantization;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** One node of the ONNX model while it is converted: its inputs, its attributes, its results. */
final class OnnxNode {
    private final OnnxMl.NodeProto node;
    private final int opset;
    private final TensorStore tensors;
    private final TensorFlowGraph graph;
    private final ConstantReader constants;
    private boolean named;

    OnnxNode(
            OnnxMl.NodeProto node,
            int opset,
            TensorStore tensors,
            TensorFlowGraph graph,
            ConstantReader constants) {
        this.node = node;
        this.opset = opset;
        this.tensors = tensors;
        this.graph = graph;
        this.constants = constants;
    }

    String name() {
        return OnnxFile.nameOf(node);
    }

    String opType() {
        return node.getOpType();
    }

    /** Version of the operator set: the meaning of some operators depends on it. */
    int opset() {
        return opset;
    }

    private Optional<OnnxMl.AttributeProto> attribute(String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    boolean has(String name) {
        return attribute(name).isPresent();
    }

    long integer(String name, long otherwise) {
        return attribute(name).map(OnnxMl.AttributeProto::getI).orElse(otherwise);
    }

    float number(String name, float otherwise) {
        return attribute(name).map(OnnxMl.AttributeProto::getF).orElse(otherwise);
    }

    String string(String name, String otherwise) {
        return attribute(name).map(found -> found.getS().toStringUtf8()).orElse(otherwise);
    }

    long[] integers(String name, long... otherwise) {
        return attribute(name)
                .map(found -> found.getIntsList().stream().mapToLong(Long::longValue).toArray())
                .orElse(otherwise);
    }

    float[] numbers(String name) {
        var list = attribute(name).map(OnnxMl.AttributeProto::getFloatsList).orElseThrow();
        var numbers = new float[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i);
        }
        return numbers;
    }

    TensorProto tensor(String name) {
        return constants.read(attribute(name).orElseThrow().getT());
    }

    /** Refuses an attribute that is set to something else than what is supported. */
    void require(boolean holds, String otherwise) {
        if (!holds) {
            throw unsupported(otherwise);
        }
    }

    UnsupportedOperatorException unsupported(String reason) {
        return new UnsupportedOperatorException(reason);
    }

    int inputs() {
        return node.getInputCount();
    }

    boolean hasInput(int slot) {
        return slot < node.getInputCount() && !node.getInput(slot).isEmpty();
    }

    ReadTensor input(int slot) {
        require(hasInput(slot), "its input " + slot + " is missing");
        return tensors.get(node.getInput(slot));
    }

    int rank(int slot) {
        return input(slot).rank();
    }

    /** Sizes in ONNX's order, -1 where one is variable. */
    long[] shape(int slot) {
        return input(slot).shape();
    }

    DataType type(int slot) {
        return input(slot).type();
    }

    AxisOrder order(int slot) {
        return input(slot).order();
    }

    /** An input as it is held. */
    Output<?> held(int slot) {
        return inOrder(slot, order(slot));
    }

    Output<?> inOrder(int slot, AxisOrder order) {
        input(slot);
        return tensors.inOrder(node.getInput(slot), order);
    }

    /** An input in ONNX's order. */
    Output<?> unchanged(int slot) {
        return inOrder(slot, AxisOrder.unchanged(rank(slot)));
    }

    /** An input with the channels, which are ONNX's axis 1, last. */
    Output<?> channelsLast(int slot) {
        return inOrder(slot, channelsLastOrder(rank(slot)));
    }

    /** {@code [N, ..., C]}. */
    static AxisOrder channelsLastOrder(int rank) {
        var axes = new int[rank];
        for (int i = 1; i < rank - 1; i++) {
            axes[i] = i + 1;
        }
        axes[rank - 1] = 1;
        return AxisOrder.of(axes);
    }

    /** An input that is broadcast to an order of its rank or a higher one. */
    Output<?> operand(int slot, AxisOrder order) {
        input(slot);
        return tensors.operand(node.getInput(slot), order, hasWholeOperand(slot, order.rank()));
    }

    /** Whether an input beside this one gives the result its rank. */
    private boolean hasWholeOperand(int slot, int rank) {
        for (int other = 0; other < inputs(); other++) {
            if (other != slot
                    && hasInput(other)
                    && rank(other) == rank
                    && input(other).value() == null) {
                return true;
            }
        }
        return false;
    }

    /**
     * The order that needs no transposition for the first of the inputs that is not in ONNX's, of
     * those with the highest rank.
     */
    AxisOrder commonOrder(int firstSlot, int lastSlot) {
        int rank = 0;
        for (int slot = firstSlot; slot <= lastSlot; slot++) {
            rank = Math.max(rank, rank(slot));
        }
        for (int slot = firstSlot; slot <= lastSlot; slot++) {
            if (rank(slot) == rank && !order(slot).isUnchanged()) {
                return order(slot);
            }
        }
        return AxisOrder.unchanged(rank);
    }

    boolean isConstant(int slot) {
        return input(slot).constant();
    }

    /** The value of an input, which must depend on constants only. */
    TensorProto value(int slot, String what) {
        require(isConstant(slot), "its " + what + " is computed from the model's inputs");
        return tensors.value(node.getInput(slot));
    }

    FloatTensor floats(int slot, String what) {
        var value = value(slot, what);
        require(value.getDtype() == DataType.DT_FLOAT, "its " + what + " is not of type float");
        return FloatTensor.of(value);
    }

    /** The values of a constant of integers of up to 32 bits, of any shape. */
    int[] smallIntegers(int slot, String what) {
        var value = value(slot, what);
        var bytes = value.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        var values = new int[bytes.remaining() / ElementType.bytes(value.getDtype())];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (value.getDtype()) {
                        case DT_INT8 -> bytes.get();
                        case DT_UINT8 -> bytes.get() & 0xff;
                        case DT_INT32 -> bytes.getInt();
                        default ->
                                throw unsupported(
                                        "its " + what + " is of type " + value.getDtype());
                    };
        }
        return values;
    }

    /** The integers of an input, all of which must be known. */
    long[] integers(int slot, String what) {
        var elements = elements(slot);
        require(
                elements.isPresent()
                        && Arrays.stream(elements.get()).noneMatch(e -> e == ReadTensor.UNKNOWN),
                "its " + what + " is computed from the model's inputs");
        return elements.get();
    }

    /** The integers of an input, as far as they are known. */
    Optional<long[]> elements(int slot) {
        var tensor = input(slot);
        boolean integers = tensor.type() == DataType.DT_INT64 || tensor.type() == DataType.DT_INT32;
        if (!integers || tensor.rank() > 1) {
            return Optional.empty();
        }
        if (!tensor.constant()) {
            return tensor.knownElements();
        }
        var constant = NodeBuilder.constant("c", tensors.value(node.getInput(slot)));
        return IntConstant.of(constant).map(IntConstant::values);
    }

    /** Integers that older operator sets have as an attribute and newer ones as an input. */
    Optional<long[]> integers(String attribute, int slot) {
        if (has(attribute)) {
            return Optional.of(integers(attribute));
        }
        return hasInput(slot) ? Optional.of(integers(slot, attribute)) : Optional.empty();
    }

    /** An axis of a tensor of this rank, counted from 0. */
    int axis(long axis, int rank) {
        require(axis >= -rank && axis < rank, "it has no axis " + axis);
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Likewise several axes. */
    int[] axes(long[] axes, int rank) {
        return Arrays.stream(axes).mapToInt(axis -> axis(axis, rank)).toArray();
    }

    /** A node of the graph that is named as this one, or like it where there is one already. */
    OperationWriter write(String type) {
        if (named) {
            return graph.operation(type, name() + "/" + type);
        }
        named = true;
        return graph.operation(type, name());
    }

    /** A node on the way to the result. */
    OperationWriter step(String type) {
        return graph.operation(type, name() + "/" + type);
    }

    /** A tensor rounded to what integers can stand for. */
    Output<?> quantized(Output<?> tensor, Quantization quantization) {
        return graph.fakeQuantization(name(), tensor, quantization);
    }

    Output<?> scalar(float value) {
        return constant(new FloatTensor(new float[] {value}));
    }

    Output<?> constant(FloatTensor value) {
        return graph.constant(name() + "/value", value);
    }

    Output<?> constant(TensorProto value) {
        return graph.constant(name() + "/value", value);
    }

    Output<?> vector(long... values) {
        return graph.vector(name() + "/sizes", values);
    }

    Output<?> integer(long value) {
        return graph.integer(name() + "/axis", value);
    }

    int outputs() {
        return node.getOutputCount();
    }

    boolean hasOutput(int index) {
        return index < node.getOutputCount() && !node.getOutput(index).isEmpty();
    }

    void result(Output<?> output, AxisOrder order) {
        result(0, output, order);
    }

    void result(int index, Output<?> output, AxisOrder order) {
        result(index, ReadTensor.computed(output, order, dependsOnConstants()));
    }

    /** A result that is what another tensor is. */
    void result(int index, ReadTensor tensor) {
        if (hasOutput(index)) {
            tensors.put(node.getOutput(index), tensor);
        }
    }

    /** A result that is constant. */
    void result(TensorProto value) {
        result(0, ReadTensor.constant(value));
    }

    private boolean dependsOnConstants() {
        for (int slot = 0; slot < inputs(); slot++) {
            if (hasInput(slot) && !isConstant(slot)) {
                return false;
            }
        }
        return true;
    }
}
