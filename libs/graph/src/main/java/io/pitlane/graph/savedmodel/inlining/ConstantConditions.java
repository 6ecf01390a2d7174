package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.OpAllowList;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.pass.ConstantFolding;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

/** Evaluates conditions that depend on constants only. */
final class ConstantConditions {
    private ConstantConditions() {}

    /** The condition's value; empty when it depends on an input, a variable or a branch. */
    static Optional<Boolean> value(Map<String, NodeDef> nodes, TensorRef condition) {
        return constant(nodes, condition).flatMap(ConstantConditions::truth);
    }

    /** The index of the branch taken; empty when it is not constant. */
    static Optional<Integer> index(Map<String, NodeDef> nodes, TensorRef index) {
        return constant(nodes, index).flatMap(ConstantConditions::number);
    }

    private static Optional<TensorProto> constant(Map<String, NodeDef> nodes, TensorRef condition) {
        var needed = new LinkedHashMap<String, NodeDef>();
        var pending = new ArrayDeque<>(List.of(condition.node()));
        while (!pending.isEmpty()) {
            var node = nodes.get(pending.pop());
            if (dependsOnARun(node)) {
                return Optional.empty();
            }
            if (!needed.containsKey(node.getName())) {
                var plain = withoutControlAndDefaults(node);
                needed.put(node.getName(), plain);
                plain.getInputList().forEach(i -> pending.push(TensorRef.parse(i).node()));
            }
        }
        return folded(needed, condition);
    }

    private static boolean dependsOnARun(NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case VARIABLE, SWITCH, MERGE -> true;
            default -> node.getOp().equals("Placeholder") || OpAllowList.isLoop(node);
        };
    }

    private static NodeDef withoutControlAndDefaults(NodeDef node) {
        var plain = node.toBuilder().clearInput();
        node.getInputList().stream().filter(i -> !i.startsWith("^")).forEach(plain::addInput);
        if (node.getOp().equals("PlaceholderWithDefault")) {
            var type = node.getAttrOrThrow("dtype");
            plain.setOp("Identity").clearAttr().putAttr("T", type);
        }
        return plain.build();
    }

    private static Optional<TensorProto> folded(Map<String, NodeDef> nodes, TensorRef condition) {
        var port = new GraphSignature.Port("condition", condition, DataType.DT_BOOL, List.of());
        var signature = new GraphSignature("condition", List.of(), List.of(port));
        var graph =
                new ConstantFolding()
                        .apply(
                                GraphEditor.of(
                                                nodes.values(),
                                                signature,
                                                VersionDef.getDefaultInstance())
                                        .build());
        var result = graph.node(graph.signature().outputs().get(0).tensor().node());
        return result.getOp().equals("Const")
                ? Optional.of(result.getAttrOrThrow("value").getTensor())
                : Optional.empty();
    }

    private static Optional<Boolean> truth(TensorProto value) {
        if (value.getDtype() != DataType.DT_BOOL) {
            return Optional.empty();
        }
        return Optional.of(
                value.getBoolValCount() > 0
                        ? value.getBoolVal(0)
                        : !value.getTensorContent().isEmpty()
                                && value.getTensorContent().byteAt(0) != 0);
    }

    private static Optional<Integer> number(TensorProto value) {
        if (value.getDtype() != DataType.DT_INT32) {
            return Optional.empty();
        }
        if (value.getTensorContent().isEmpty()) {
            return Optional.of(value.getIntValCount() > 0 ? value.getIntVal(0) : 0);
        }
        return Optional.of(
                value.getTensorContent()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt());
    }
}
