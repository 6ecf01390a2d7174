package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * One body, of the main graph or of a function at one call, while it is written into the flat
 * graph: its nodes in the order of their dependencies, in the place of each call the body of the
 * function called.
 */
final class FunctionBody {
    private static final Set<String> ASSIGNS =
            Set.of("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp");

    private final FunctionLibrary library;
    private final InlinedNodes flat;
    private final Map<String, NodeDef> nodes = new HashMap<>();
    private final AttributeBindings bindings;
    private final Map<String, TensorRef> given;
    private final CallPath path;
    private final boolean merges;
    private final Map<String, IntFunction<TensorRef>> produced = new HashMap<>();
    private final Map<String, String> flatNames = new HashMap<>();

    /**
     * A body.
     *
     * @param library the functions it may call
     * @param flat receives its nodes
     * @param nodes its nodes
     * @param bindings values of attribute placeholders
     * @param given tensors from outside, by the reference that the body uses
     * @param path the calls that lead to it
     */
    FunctionBody(
            FunctionLibrary library,
            InlinedNodes flat,
            List<NodeDef> nodes,
            AttributeBindings bindings,
            Map<String, TensorRef> given,
            CallPath path) {
        this.library = library;
        this.flat = flat;
        this.bindings = bindings;
        this.given = given;
        this.path = path;
        this.merges = nodes.stream().anyMatch(DeadBranchRemoval::isMerge);
        nodes.forEach(node -> this.nodes.put(node.getName(), node));
    }

    /** Writes the nodes that these references need; returns the flat tensors they refer to. */
    List<TensorRef> emit(List<String> results) {
        nodes.values().forEach(this::noteAssigned);
        var roots = results.stream().filter(result -> !isGiven(result)).toList();
        TopologicalSort.of(nodes, roots, this::dependencies).forEach(this::emit);
        return results.stream().map(this::resolve).toList();
    }

    /** TensorFlow runs every write in a function's body, whether an output needs it or not. */
    private void noteAssigned(NodeDef node) {
        if (ASSIGNS.contains(node.getOp()) && isGiven(node.getInput(0))) {
            flat.addAssigned(resolve(node.getInput(0)).node());
        }
    }

    private boolean isGiven(String reference) {
        return given.containsKey(TensorRef.parse(reference).toString());
    }

    private Stream<String> dependencies(NodeDef node) {
        return node.getInputList().stream()
                .filter(input -> merges || !isControl(input))
                .filter(input -> !isGiven(input));
    }

    /** A reference is {@code node}, {@code node:2}, or in a function {@code node:output:0}. */
    private TensorRef resolve(String reference) {
        var outside = given.get(TensorRef.parse(reference).toString());
        if (outside != null) {
            return outside;
        }
        var parts = reference.split(":");
        var outputs = produced.get(parts[0]);
        return switch (parts.length) {
            case 1 -> outputs.apply(0);
            case 2 -> outputs.apply(Integer.parseInt(parts[1]));
            default ->
                    outputs.apply(
                            library.firstIndex(nodes.get(parts[0]), parts[1])
                                    + Integer.parseInt(parts[2]));
        };
    }

    private void emit(NodeDef node) {
        var inputs =
                node.getInputList().stream()
                        .filter(input -> !isControl(input))
                        .map(this::resolve)
                        .toList();
        var results = unrolled(node, inputs).or(() -> called(node, inputs));
        if (results.isPresent()) {
            produced.put(node.getName(), results.get()::get);
        } else {
            var copy = flatNode(node, inputs);
            flat.add(copy);
            flatNames.put(node.getName(), copy.getName());
            produced.put(node.getName(), index -> new TensorRef(copy.getName(), index));
        }
    }

    private Optional<List<TensorRef>> unrolled(NodeDef node, List<TensorRef> inputs) {
        return LoopUnrolling.isLoop(node)
                ? new LoopUnrolling(
                                flat.byName(),
                                bindings,
                                (function, state) -> inline(node, function, state))
                        .unroll(node, inputs)
                : Optional.empty();
    }

    private Optional<List<TensorRef>> called(NodeDef node, List<TensorRef> inputs) {
        return FunctionCall.of(node, inputs, bindings, library, flat.byName())
                .map(call -> inline(node, call.function(), call.arguments()));
    }

    /** The results of a function's body in the place of a call. */
    private List<TensorRef> inline(NodeDef call, NameAttrList name, List<TensorRef> arguments) {
        var inner = path.into(call, name.getName());
        var function = library.function(name.getName());
        var signature = function.getSignature();
        var argumentsByName = new HashMap<String, TensorRef>();
        for (int i = 0; i < signature.getInputArgCount(); i++) {
            argumentsByName.put(signature.getInputArg(i).getName(), arguments.get(i));
        }
        var body =
                new FunctionBody(
                        library,
                        flat,
                        function.getNodeDefList(),
                        new AttributeBindings(name.getAttrMap()),
                        argumentsByName,
                        inner);
        return body.emit(
                signature.getOutputArgList().stream()
                        .map(output -> function.getRetOrThrow(output.getName()))
                        .toList());
    }

    private NodeDef flatNode(NodeDef node, List<TensorRef> inputs) {
        var name = path.isMain() ? node.getName() : flat.freshName(path.prefix() + node.getName());
        var copy = NodeDef.newBuilder().setName(name).setOp(node.getOp());
        inputs.forEach(input -> copy.addInput(input.toString()));
        if (merges) {
            node.getInputList().stream()
                    .filter(FunctionBody::isControl)
                    .map(input -> flatNames.get(input.substring(1)))
                    .filter(Objects::nonNull)
                    .forEach(input -> copy.addInput("^" + input));
        }
        node.getAttrMap()
                .forEach(
                        (key, value) -> {
                            // An underscore marks hints for placement and gradients.
                            if (!key.startsWith("_")) {
                                copy.putAttr(key, bindings.resolve(value));
                            }
                        });
        return copy.build();
    }

    private static boolean isControl(String input) {
        return input.startsWith("^");
    }
}
