package io.pitlane.graph.savedmodel;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.OpAllowList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Checks every operation that would run, before TensorFlow loads the model: those that a prediction
 * reaches, and those that run on loading (restoring variables, initialising). Control edges and the
 * whole body of each function called count as reached.
 */
final class SafetyCheck {
    private static final List<String> INITIALISERS =
            List.of("saved_model_main_op", "legacy_init_op");

    private final MetaGraphDef model;
    private final Map<String, NodeDef> nodes = new HashMap<>();
    private final Map<String, FunctionDef> library = new HashMap<>();

    private SafetyCheck(MetaGraphDef model) {
        this.model = model;
        model.getGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
        model.getGraphDef()
                .getLibrary()
                .getFunctionList()
                .forEach(function -> library.put(function.getSignature().getName(), function));
    }

    /**
     * Refuses a model that would run an operation that is not allowed.
     *
     * @throws FailureException of kind INVALID_INPUT naming the first node and its operation
     */
    static void check(MetaGraphDef model, GraphSignature signature) {
        var check = new SafetyCheck(model);
        // Nodes behind a fed tensor do not run, such as the parsing of tf.Example.
        var fed =
                signature.inputs().stream()
                        .map(port -> port.tensor().toString())
                        .collect(Collectors.toSet());
        check.walk(
                signature.outputs().stream().map(port -> port.tensor().toString()).toList(),
                fed,
                OpAllowList::checkPrediction);
        check.walk(check.loadingRoots(), Set.of(), OpAllowList::checkLoading);
    }

    private Collection<String> loadingRoots() {
        var roots = new ArrayList<String>();
        for (var key : INITIALISERS) {
            roots.addAll(model.getCollectionDefOrDefault(key, none()).getNodeList().getValueList());
        }
        var initialisation = model.getSignatureDefMap().get(SignatureChoice.INITIALISATION);
        if (initialisation != null) {
            initialisation.getOutputsMap().values().forEach(info -> roots.add(info.getName()));
        }
        if (model.hasSaverDef() && !model.getSaverDef().getRestoreOpName().isEmpty()) {
            roots.add(model.getSaverDef().getRestoreOpName());
        }
        return roots;
    }

    private static CollectionDef none() {
        return CollectionDef.getDefaultInstance();
    }

    private void walk(Collection<String> roots, Set<String> fed, Consumer<NodeDef> visit) {
        var seen = new HashSet<String>();
        var seenFunctions = new HashSet<String>();
        var functions = new ArrayDeque<FunctionDef>();
        var pending = new ArrayDeque<String>();
        push(roots, fed, seen, pending);
        while (!pending.isEmpty()) {
            var node = require(pending.pop());
            visitOrEnter(node, visit, seenFunctions, functions);
            push(node.getInputList(), fed, seen, pending);
        }
        while (!functions.isEmpty()) {
            for (var node : functions.pop().getNodeDefList()) {
                visitOrEnter(node, visit, seenFunctions, functions);
            }
        }
    }

    private static void push(
            Collection<String> inputs,
            Set<String> fed,
            Set<String> seen,
            ArrayDeque<String> pending) {
        inputs.stream()
                .filter(input -> input.startsWith("^") || !fed.contains(tensor(input)))
                .map(SafetyCheck::nodeOf)
                .filter(seen::add)
                .forEach(pending::push);
    }

    private static String tensor(String input) {
        return TensorRef.parse(input).toString();
    }

    private void visitOrEnter(
            NodeDef node,
            Consumer<NodeDef> visit,
            HashSet<String> seen,
            ArrayDeque<FunctionDef> functions) {
        if (library.containsKey(node.getOp())) {
            enter(node.getOp(), seen, functions);
        } else {
            visit.accept(node);
        }
        functionsNamedBy(node).forEach(name -> enter(name, seen, functions));
    }

    private void enter(String name, HashSet<String> seen, ArrayDeque<FunctionDef> functions) {
        var function = library.get(name);
        if (function == null) {
            throw FailureException.invalidInput(
                    "The model calls the function '" + name + "', which it does not contain.",
                    "Export the model again.");
        }
        if (seen.add(name)) {
            functions.push(function);
        }
    }

    private static Stream<String> functionsNamedBy(NodeDef node) {
        return node.getAttrMap().values().stream()
                .flatMap(
                        value ->
                                Stream.concat(
                                        value.hasFunc() ? Stream.of(value.getFunc()) : Stream.of(),
                                        value.getList().getFuncList().stream()))
                .map(NameAttrList::getName);
    }

    private NodeDef require(String name) {
        var node = nodes.get(name);
        if (node == null) {
            throw FailureException.invalidInput(
                    "The model uses the node '" + name + "', which it does not contain.",
                    "Export or copy the model again.");
        }
        return node;
    }

    private static String nodeOf(String input) {
        return TensorRef.parse(input.startsWith("^") ? input.substring(1) : input).node();
    }
}
