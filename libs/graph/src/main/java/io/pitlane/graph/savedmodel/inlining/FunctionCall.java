package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * The function that a node calls.
 *
 * @param function its name and attributes
 * @param arguments the tensors it is called with
 */
record FunctionCall(NameAttrList function, List<TensorRef> arguments) {

    /**
     * The function call of a node; empty when it calls none. For a branch by a constant condition,
     * the call of the branch taken.
     *
     * @param inputs the node's inputs
     * @param nodes where a condition is looked up
     * @throws io.pitlane.contract.failure.FailureException of kind INVALID_INPUT when a condition
     *     is not constant
     */
    static Optional<FunctionCall> of(
            NodeDef node,
            List<TensorRef> inputs,
            AttributeBindings bindings,
            FunctionLibrary library,
            Map<String, NodeDef> nodes) {
        return switch (node.getOp()) {
            case "PartitionedCall", "StatefulPartitionedCall" ->
                    Optional.of(new FunctionCall(bindings.function(node, "f"), inputs));
            case "If", "StatelessIf" ->
                    Optional.of(
                            new FunctionCall(
                                    branchOfIf(node, inputs.get(0), bindings, nodes),
                                    withoutCondition(inputs)));
            case "Case", "StatelessCase" ->
                    Optional.of(
                            new FunctionCall(
                                    branchOfCase(node, inputs.get(0), bindings, nodes),
                                    withoutCondition(inputs)));
            default ->
                    library.has(node.getOp())
                            ? Optional.of(new FunctionCall(named(node), inputs))
                            : Optional.empty();
        };
    }

    private static NameAttrList named(NodeDef node) {
        return NameAttrList.newBuilder()
                .setName(node.getOp())
                .putAllAttr(node.getAttrMap())
                .build();
    }

    private static List<TensorRef> withoutCondition(List<TensorRef> inputs) {
        return inputs.subList(1, inputs.size());
    }

    private static NameAttrList branchOfIf(
            NodeDef node,
            TensorRef condition,
            AttributeBindings bindings,
            Map<String, NodeDef> nodes) {
        boolean holds =
                ConstantConditions.value(nodes, condition)
                        .orElseThrow(() -> DeadBranchRemoval.notConstant(node));
        return bindings.function(node, holds ? "then_branch" : "else_branch");
    }

    /** TensorFlow takes the last branch where there is none of that number. */
    private static NameAttrList branchOfCase(
            NodeDef node, TensorRef index, AttributeBindings bindings, Map<String, NodeDef> nodes) {
        var branches = bindings.resolve(node.getAttrOrThrow("branches")).getList().getFuncList();
        int choice =
                ConstantConditions.index(nodes, index)
                        .orElseThrow(() -> DeadBranchRemoval.notConstant(node));
        boolean known = choice >= 0 && choice < branches.size();
        return branches.get(known ? choice : branches.size() - 1);
    }
}
