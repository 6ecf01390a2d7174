package io.pitlane.formats.onnx.reading;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorProtos;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * The TensorFlow graph as it grows: TensorFlow infers the shape of each tensor when it is added,
 * and computes those that depend on constants only. Must be closed: it holds native memory.
 */
final class TensorFlowGraph implements AutoCloseable {
    private static final int LARGEST_EVALUATED = 1 << 28;

    private final Graph graph;
    private final Session session;
    private final Set<String> names = new HashSet<>();

    /** By the names of identities, which stand for their nodes. */
    private final Map<String, Quantization> quantizations = new LinkedHashMap<>();

    TensorFlowGraph() {
        TensorFlowRuntime.load();
        graph = new Graph();
        session = new Session(graph, TensorFlowRuntime.sessionConfig());
    }

    /** A node to be filled in and added, whose name is like {@code wanted}. */
    OperationWriter operation(String type, String wanted) {
        return new OperationWriter(graph.opBuilder(type, freshName(wanted), graph.baseScope()));
    }

    /** A name that TensorFlow accepts and no node has: {@code wanted}, or {@code wanted_1} ... */
    private String freshName(String wanted) {
        var valid =
                wanted.replaceAll("[^A-Za-z0-9_.\\-/]", "_").replaceFirst("^[^A-Za-z0-9.]+", "");
        var base = valid.isEmpty() ? "node" : valid;
        var name = base;
        for (int i = 1; !names.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /** A constant. */
    Output<?> constant(String wanted, TensorProto value) {
        return operation("Const", wanted)
                .attribute("dtype", value.getDtype())
                .attribute("value", AttrValue.newBuilder().setTensor(value).build())
                .add();
    }

    /** A float32 constant. */
    Output<?> constant(String wanted, FloatTensor value) {
        return constant(wanted, value.toProto());
    }

    /** An int32 vector. */
    Output<?> vector(String wanted, long... values) {
        return constant(wanted, proto(DataType.DT_INT32, false, values));
    }

    /** An int32 scalar. */
    Output<?> integer(String wanted, long value) {
        return constant(wanted, proto(DataType.DT_INT32, true, value));
    }

    /** A vector or scalar of int64 as a proto. */
    static TensorProto int64(boolean scalar, long... values) {
        return proto(DataType.DT_INT64, scalar, values);
    }

    /** Integers as a proto. */
    static TensorProto proto(DataType type, boolean scalar, long... values) {
        return new IntConstant(type, scalar, values)
                .toConst("constant")
                .getAttrOrThrow("value")
                .getTensor();
    }

    /** One value in a shape, which takes the memory of the one. */
    static TensorProto filled(TensorProto one, long... shape) {
        var filled =
                TensorProto.newBuilder()
                        .setDtype(one.getDtype())
                        .setTensorShape(NodeBuilder.shapeProto(shape));
        var bytes = one.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return switch (one.getDtype()) {
            case DT_FLOAT -> filled.addFloatVal(bytes.getFloat()).build();
            case DT_DOUBLE -> filled.addDoubleVal(bytes.getDouble()).build();
            case DT_INT32 -> filled.addIntVal(bytes.getInt()).build();
            case DT_INT64 -> filled.addInt64Val(bytes.getLong()).build();
            case DT_BOOL -> filled.addBoolVal(bytes.get() != 0).build();
            default ->
                    throw new UnsupportedOperatorException(
                            "it fills a tensor with values of type " + one.getDtype());
        };
    }

    /**
     * The value of a tensor that depends on constants only.
     *
     * @throws UnsupportedOperatorException when it is not known to be of less than 256 MiB
     */
    TensorProto evaluate(Output<?> output) {
        var shape = output.shape();
        if (shape.isUnknown() || shape.hasUnknownDimension() || bytes(output) > LARGEST_EVALUATED) {
            throw new UnsupportedOperatorException("a constant that it computes is too large");
        }
        try (var result = session.runner().fetch(output).run()) {
            return TensorProtos.of(result.get(0));
        }
    }

    private static double bytes(Output<?> output) {
        double bytes = ElementType.bytes(output.dataType());
        for (long size : output.shape().asArray()) {
            bytes *= size;
        }
        return bytes;
    }

    /** A tensor rounded to the values that its quantization can represent. */
    Output<?> fakeQuantization(String wanted, Output<?> tensor, Quantization quantization) {
        var rounded = operation("Identity", wanted).input(tensor).add();
        quantizations.put(rounded.op().name(), quantization);
        return rounded;
    }

    /** The graph so far, as a flat one with a signature. */
    FlatGraph flat(GraphSignature signature) {
        var def = graph.toGraphDef();
        var edit = GraphEditor.of(def.getNodeList(), signature, def.getVersions());
        quantizations.forEach(
                (name, quantization) ->
                        FakeQuantization.add(
                                edit,
                                name,
                                TensorRef.parse(edit.node(name).getInput(0)),
                                quantization));
        return edit.build();
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
