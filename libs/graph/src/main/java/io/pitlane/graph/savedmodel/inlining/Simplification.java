package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.OpAllowList;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

/**
 * Removes operations that only pass a value on in inference (identities, reads of a variable, a
 * placeholder with a default), and replaces deprecated operations by current ones, such as
 * FusedBatchNorm before V3, which has no gradient.
 */
public final class Simplification {
    private static final Set<String> READS_VARIABLE = Set.of("ReadVariableOp", "ResourceGather");

    private final Map<String, NodeDef> kept = new LinkedHashMap<>();
    private final Map<TensorRef, TensorRef> aliases = new HashMap<>();

    /** Tensors that are handles of variables. */
    private final Set<TensorRef> handles = new HashSet<>();

    private Simplification() {}

    /** The nodes without control edges and identities, as a graph that may contain variables. */
    public static FlatGraph simplify(InlinedGraph graph, VersionDef versions) {
        return new Simplification().run(graph, versions);
    }

    private FlatGraph run(InlinedGraph graph, VersionDef versions) {
        graph.nodes().values().forEach(this::add);
        var signature = graph.signature();
        var outputs = signature.outputs().stream().map(this::output).toList();
        var simplified =
                GraphEditor.of(
                                kept.values(),
                                new GraphSignature(signature.key(), signature.inputs(), outputs),
                                versions)
                        .build();
        simplified.nodes().forEach(node -> check(node, simplified));
        return simplified;
    }

    private NodeDef withPlainInputs(NodeDef node) {
        var plain = node.toBuilder().clearInput();
        node.getInputList().stream()
                .filter(input -> !input.startsWith("^"))
                .map(input -> alias(TensorRef.parse(input)).toString())
                .forEach(plain::addInput);
        return plain.build();
    }

    private TensorRef alias(TensorRef tensor) {
        return aliases.getOrDefault(tensor, tensor);
    }

    private void add(NodeDef original) {
        noteHandles(original);
        var node = withPlainInputs(original);
        if (passesOn(node)) {
            aliases.put(TensorRef.of(node.getName()), TensorRef.parse(node.getInput(0)));
        } else if (node.getOp().equals("IdentityN")) {
            for (int i = 0; i < node.getInputCount(); i++) {
                aliases.put(new TensorRef(node.getName(), i), TensorRef.parse(node.getInput(i)));
            }
        } else {
            keep(current(node));
        }
    }

    private static boolean passesOn(NodeDef node) {
        return switch (node.getOp()) {
            case "ReadVariableOp", "PlaceholderWithDefault" -> true;
            default -> Operations.of(node).kind() == Kind.IDENTITY;
        };
    }

    /** A variable becomes a constant, so it may only be read. */
    private void noteHandles(NodeDef node) {
        boolean usesHandle =
                node.getInputList().stream()
                        .filter(input -> !input.startsWith("^"))
                        .anyMatch(input -> handles.contains(TensorRef.parse(input)));
        boolean passesOn = passesOn(node);
        if (usesHandle && !passesOn && !READS_VARIABLE.contains(node.getOp())) {
            throw FailureException.invalidInput(
                    "The model's node '"
                            + node.getName()
                            + "' (operation "
                            + node.getOp()
                            + ") does more with a variable than read it.",
                    "Export the model for inference only, with training=False.");
        }
        if (node.getOp().equals("VarHandleOp")
                || (usesHandle && passesOn && !READS_VARIABLE.contains(node.getOp()))) {
            handles.add(TensorRef.of(node.getName()));
        }
    }

    private void keep(NodeDef node) {
        kept.put(node.getName(), node);
    }

    private NodeDef current(NodeDef node) {
        return switch (node.getOp()) {
            case "FusedBatchNorm" ->
                    node.toBuilder()
                            .setOp("FusedBatchNormV3")
                            .putAttr("U", node.getAttrOrThrow("T"))
                            .build();
            case "FusedBatchNormV2" -> node.toBuilder().setOp("FusedBatchNormV3").build();
            case "ResourceGather" -> gather(node);
            default -> node;
        };
    }

    private NodeDef gather(NodeDef node) {
        var zero =
                TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto())
                        .addIntVal(0)
                        .build();
        var axis = NodeBuilder.constant(node.getName() + "/axis", zero);
        keep(axis);
        var gather =
                NodeBuilder.of("GatherV2", node.getName())
                        .input(node.getInput(0))
                        .input(node.getInput(1))
                        .input(axis.getName())
                        .attr("Tparams", node.getAttrOrThrow("dtype"))
                        .attr("Tindices", node.getAttrOrThrow("Tindices"))
                        .type("Taxis", DataType.DT_INT32);
        if (node.containsAttr("batch_dims")) {
            gather.attr("batch_dims", node.getAttrOrThrow("batch_dims"));
        }
        return gather.build();
    }

    /** An output that is an input of the model gets its own node. */
    private GraphSignature.Port output(GraphSignature.Port port) {
        var tensor = alias(port.tensor());
        if (!kept.get(tensor.node()).getOp().equals("Placeholder")) {
            return port.at(tensor);
        }
        var name = tensor.node() + "/" + port.name();
        keep(NodeBuilder.of("Identity", name).input(tensor).type("T", port.dtype()).build());
        return port.at(TensorRef.of(name));
    }

    private static void check(NodeDef node, FlatGraph graph) {
        OpAllowList.checkFlat(node);
        switch (Operations.of(node).kind()) {
            case SWITCH, MERGE -> throw DeadBranchRemoval.notConstant(node);
            default -> {}
        }
        if (node.getOp().equals("Placeholder")) {
            checkFed(node, graph.signature());
        }
    }

    private static void checkFed(NodeDef node, GraphSignature signature) {
        if (signature.inputs().stream()
                .noneMatch(port -> port.tensor().node().equals(node.getName()))) {
            throw FailureException.invalidInput(
                    "The model needs a value for its placeholder '"
                            + node.getName()
                            + "', which is not an input of the signature "
                            + signature.key()
                            + ".",
                    "Export the model with that input in the signature, or with a constant in its "
                            + "place.");
        }
    }
}
