package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.GraphProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * A model taken apart: its graph without the values of its large constants, and these values.
 *
 * @param structure the graph and its signature; the constants below have no values in it
 * @param constants the large constants, in the order of the graph
 */
record ModelContent(MetaGraphDef structure, List<Constant> constants) {
    /** Smaller constants stay in the graph. */
    private static final int SMALL = 32;

    private static final String VALUE = "value";

    /**
     * A large constant.
     *
     * @param node index in the graph
     * @param definition with its values
     */
    record Constant(int node, NodeDef definition) {
        /** Its values as little-endian bytes. */
        ByteString content() {
            return tensor(definition).getTensorContent();
        }
    }

    /** Takes a graph apart. */
    static ModelContent of(FlatGraph graph) {
        var proto = GraphProto.of(graph);
        var constants = new ArrayList<Constant>();
        var structure = GraphDef.newBuilder().setVersions(proto.getGraphDef().getVersions());
        for (var node : proto.getGraphDef().getNodeList()) {
            if (isLarge(node)) {
                constants.add(new Constant(structure.getNodeCount(), node));
                structure.addNode(withContent(node, ByteString.EMPTY));
            } else {
                structure.addNode(node);
            }
        }
        return new ModelContent(
                proto.toBuilder().setGraphDef(structure).build(), List.copyOf(constants));
    }

    private static boolean isLarge(NodeDef node) {
        if (!node.getOp().equals("Const")) {
            return false;
        }
        var tensor = tensor(node);
        long content = tensor.getTensorContent().size();
        return content > SMALL && content == bytes(tensor);
    }

    /** Bytes of a tensor's values; 0 where they have no fixed width. */
    static long bytes(TensorProto tensor) {
        long width =
                switch (tensor.getDtype()) {
                    case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
                    case DT_DOUBLE, DT_INT64, DT_UINT64 -> 8;
                    case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16 -> 2;
                    case DT_INT8, DT_UINT8, DT_BOOL, DT_QINT8, DT_QUINT8 -> 1;
                    default -> 0;
                };
        long bytes = width;
        for (var dimension : tensor.getTensorShape().getDimList()) {
            bytes = dimension.getSize() < 0 ? 0 : Math.multiplyExact(bytes, dimension.getSize());
        }
        return bytes;
    }

    /** The tensor of a Const node. */
    static TensorProto tensor(NodeDef constant) {
        return constant.getAttrOrThrow(VALUE).getTensor();
    }

    /** The same constant with other values. */
    static NodeDef withContent(NodeDef constant, ByteString content) {
        var tensor = tensor(constant).toBuilder().setTensorContent(content);
        return constant.toBuilder()
                .putAttr(VALUE, AttrValue.newBuilder().setTensor(tensor).build())
                .build();
    }

    /**
     * The graph again.
     *
     * @throws io.pitlane.contract.failure.FailureException when it is not safe to run
     * @throws IllegalArgumentException when it is no flat graph
     */
    FlatGraph graph() {
        var whole = structure.getGraphDef().toBuilder();
        constants.forEach(constant -> whole.setNode(constant.node(), constant.definition()));
        return GraphProto.flatGraph(structure.toBuilder().setGraphDef(whole).build());
    }

    /** The structure as bytes, the same for the same graph. */
    byte[] structureBytes() {
        return bytes(structure);
    }

    /** A message as bytes, the same for the same message. */
    static byte[] bytes(MessageLite message) {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Bytes of all large constants. */
    long constantBytes() {
        return constants.stream().mapToLong(constant -> constant.content().size()).sum();
    }

    /** SHA-256 of the structure's bytes and the values of the constants, one after another. */
    byte[] digest(byte[] structureBytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(structureBytes);
            constants.forEach(constant -> digest.update(constant.content().asReadOnlyByteBuffer()));
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
