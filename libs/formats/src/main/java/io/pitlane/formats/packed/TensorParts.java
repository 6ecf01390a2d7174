package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorShapeProto.Dim;

/**
 * A Const taken apart.
 *
 * @param kind the node without the parts below
 * @param dimensions of the shape
 * @param integers its {@code int_val}
 * @param content its {@code tensor_content}
 */
record TensorParts(
        NodeDef kind, List<Long> dimensions, List<Integer> integers, ByteString content) {
    private static final String VALUE = "value";

    /** The parts of a node; empty where it is no Const. */
    static Optional<TensorParts> of(NodeDef node) {
        if (!isKind(node)) {
            return Optional.empty();
        }
        var tensor = ModelContent.tensor(node);
        var shape = tensor.getTensorShape();
        var kind = tensor.toBuilder().clearIntVal().clearTensorContent();
        kind.getTensorShapeBuilder().clearDim();
        return Optional.of(
                new TensorParts(
                        with(node, kind.build()),
                        shape.getDimList().stream().map(Dim::getSize).toList(),
                        tensor.getIntValList(),
                        tensor.getTensorContent()));
    }

    /** Whether a node, or what is left of it, is a Const. */
    static boolean isKind(NodeDef node) {
        return node.getOp().equals("Const") && node.getAttrOrThrow(VALUE).hasTensor();
    }

    /** The node again. */
    NodeDef whole() {
        var tensor = ModelContent.tensor(kind).toBuilder();
        var shape = TensorShapeProto.newBuilder().mergeFrom(tensor.getTensorShape());
        dimensions.forEach(size -> shape.addDim(Dim.newBuilder().setSize(size)));
        return with(
                kind,
                tensor.setTensorShape(shape)
                        .addAllIntVal(integers)
                        .setTensorContent(content)
                        .build());
    }

    private static NodeDef with(NodeDef node, TensorProto tensor) {
        return node.toBuilder()
                .putAttr(VALUE, AttrValue.newBuilder().setTensor(tensor).build())
                .build();
    }
}
