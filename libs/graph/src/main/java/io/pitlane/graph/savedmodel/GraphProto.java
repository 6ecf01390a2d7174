package io.pitlane.graph.savedmodel;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** A flat graph with its signature as the proto that a SavedModel holds, and back. */
public final class GraphProto {
    private static final String PREDICT = "tensorflow/serving/predict";

    private GraphProto() {}

    /** The nodes and the signature, without tags and versions of programs. */
    public static MetaGraphDef of(FlatGraph graph) {
        return of(graph.toGraphDef(), graph.signature());
    }

    /** A graph that need not be flat, with its signature. */
    static MetaGraphDef of(GraphDef graph, GraphSignature signature) {
        return MetaGraphDef.newBuilder()
                .setGraphDef(graph)
                .putSignatureDef(signature.key(), proto(signature))
                .build();
    }

    /**
     * The flat graph of a proto that {@link #of(FlatGraph)} made; the same nodes in the same order.
     *
     * @throws FailureException INVALID_INPUT when an operation is not allowed, or a constant does
     *     not match its shape
     * @throws IllegalArgumentException when it is not the proto of a flat graph
     */
    public static FlatGraph flatGraph(MetaGraphDef proto) {
        var signature = SignatureChoice.choose(proto, null);
        SafetyCheck.check(proto, signature);
        ConstantCheck.check(proto);
        var graph = proto.getGraphDef();
        return GraphEditor.of(graph.getNodeList(), signature, graph.getVersions()).build();
    }

    private static SignatureDef proto(GraphSignature signature) {
        var proto = SignatureDef.newBuilder().setMethodName(PREDICT);
        signature.inputs().forEach(port -> proto.putInputs(port.name(), info(port)));
        signature.outputs().forEach(port -> proto.putOutputs(port.name(), info(port)));
        return proto.build();
    }

    private static TensorInfo info(GraphSignature.Port port) {
        return TensorInfo.newBuilder()
                .setName(port.tensor().withIndex())
                .setDtype(port.dtype())
                .setTensorShape(shape(port))
                .build();
    }

    private static TensorShapeProto shape(GraphSignature.Port port) {
        return port.shape() == null
                ? TensorShapeProto.newBuilder().setUnknownRank(true).build()
                : NodeBuilder.shapeProto(
                        port.shape().stream().mapToLong(Long::longValue).toArray());
    }
}
