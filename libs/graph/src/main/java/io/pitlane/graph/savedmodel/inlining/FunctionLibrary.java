package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.operation.RegisteredOps;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The functions that a model defines. */
final class FunctionLibrary {
    private final Map<String, FunctionDef> functions = new HashMap<>();

    FunctionLibrary(GraphDef graph) {
        graph.getLibrary()
                .getFunctionList()
                .forEach(function -> functions.put(function.getSignature().getName(), function));
    }

    /** Whether the model defines a function of this name. */
    boolean has(String name) {
        return functions.containsKey(name);
    }

    /** The function of this name; null when there is none. */
    FunctionDef function(String name) {
        return functions.get(name);
    }

    /**
     * The index of the first tensor of a declared output among a node's tensors.
     *
     * @throws FailureException of kind INVALID_INPUT when its operation declares no such output
     */
    int firstIndex(NodeDef node, String output) {
        var definition =
                has(node.getOp())
                        ? function(node.getOp()).getSignature()
                        : RegisteredOps.definition(node.getOp());
        int index = 0;
        for (var declared : definition.getOutputArgList()) {
            if (declared.getName().equals(output)) {
                return index;
            }
            index += RegisteredOps.width(declared, node);
        }
        throw FailureException.invalidInput(
                "The model uses an output '"
                        + output
                        + "' of node '"
                        + node.getName()
                        + "' (operation "
                        + node.getOp()
                        + "), which has none of that name.",
                "Export the model again with a TensorFlow of today.");
    }
}
