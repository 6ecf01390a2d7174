package io.pitlane.model.savedmodel;

import io.pitlane.contract.FailureException;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.NodeBuilder;
import io.pitlane.model.graph.RegisteredOps;
import io.pitlane.model.graph.TensorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Puts the bodies of functions in the place of their calls, starting from a signature's outputs, so
 * that what remains is one level of nodes.
 *
 * <p>A body's nodes are named by the path of the calls that lead to them, without the words that
 * only say that there was a call: {@code model/conv1/Conv2D}.
 */
final class FunctionInliner {
    /** More nodes than any real network has; functions that call functions can multiply. */
    private static final int MAX_NODES = 1_000_000;

    private static final int MAX_DEPTH = 64;

    /** More rounds than networks are unrolled for; a counter that runs wild ends here. */
    private static final int MAX_ROUNDS = 128;

    /** Their first input says which function to call. */
    private static final Set<String> CHOOSES = Set.of("If", "StatelessIf", "Case", "StatelessCase");

    private static final Set<String> ASSIGNS =
            Set.of("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp");
    private static final Pattern CALL_SEGMENT =
            Pattern.compile("(^|/)(Stateful|Stateless)?PartitionedCall(_\\d+)?(?=/|$)");

    private final Map<String, FunctionDef> library = new HashMap<>();
    private final Map<String, NodeDef> flat = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<String> assigned = new HashSet<>();
    private final GraphDef graph;

    private FunctionInliner(GraphDef graph) {
        this.graph = graph;
        graph.getNodeList().forEach(node -> taken.add(node.getName()));
        graph.getLibrary()
                .getFunctionList()
                .forEach(function -> library.put(function.getSignature().getName(), function));
    }

    /**
     * The nodes that the signature's outputs need, each after its inputs. Inputs of the signature
     * are placeholders; control edges stand only where branches merge.
     */
    static FlatNodes inline(GraphDef graph, GraphSignature signature) {
        return new FunctionInliner(graph).inline(signature);
    }

    private FlatNodes inline(GraphSignature signature) {
        var fed = new HashMap<String, TensorRef>();
        var inputs = new ArrayList<GraphSignature.Port>();
        for (var port : signature.inputs()) {
            var placeholder = placeholder(port);
            flat.put(placeholder.getName(), placeholder);
            inputs.add(port.at(TensorRef.of(placeholder.getName())));
            fed.put(port.tensor().toString(), TensorRef.of(placeholder.getName()));
        }
        var main = new Scope(graph.getNodeList(), Map.of(), fed, null, 0);
        var results = signature.outputs().stream().map(port -> port.tensor().toString()).toList();
        var tensors = main.emit(results);
        var outputs = new ArrayList<GraphSignature.Port>();
        for (int i = 0; i < tensors.size(); i++) {
            outputs.add(signature.outputs().get(i).at(tensors.get(i)));
        }
        return new FlatNodes(flat, new GraphSignature(signature.key(), inputs, outputs), assigned);
    }

    private NodeDef placeholder(GraphSignature.Port port) {
        var node = port.tensor().node();
        var name = port.tensor().index() == 0 ? node : fresh(node);
        var placeholder = NodeBuilder.of("Placeholder", name).type("dtype", port.dtype());
        if (port.shape() != null) {
            placeholder.shape("shape", port.shape().stream().mapToLong(Long::longValue).toArray());
        }
        return placeholder.build();
    }

    private String fresh(String wanted) {
        var name = wanted;
        for (int i = 1; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** One body, of the main graph or of a function at one call, on its way into the flat graph. */
    private final class Scope {
        private final Map<String, NodeDef> body = new HashMap<>();
        private final Map<String, AttrValue> attributes;
        private final Map<String, TensorRef> given;
        private final String path;
        private final int depth;
        private final boolean merges;
        private final Map<String, IntFunction<TensorRef>> produced = new HashMap<>();
        private final Map<String, String> flatNames = new HashMap<>();

        /**
         * @param attributes what placeholders of attributes stand for
         * @param given tensors that come from outside, by the reference the body uses
         * @param path prefix of the flat names; null keeps the names as they are
         */
        Scope(
                List<NodeDef> nodes,
                Map<String, AttrValue> attributes,
                Map<String, TensorRef> given,
                String path,
                int depth) {
            nodes.forEach(node -> body.put(node.getName(), node));
            this.attributes = attributes;
            this.given = given;
            this.path = path;
            this.depth = depth;
            this.merges = nodes.stream().anyMatch(DeadBranches::isMerge);
        }

        /** Emits what these references need; the flat tensors they stand for. */
        List<TensorRef> emit(List<String> results) {
            body.values().forEach(this::noteAssigned);
            var roots = results.stream().filter(result -> !isGiven(result)).toList();
            BodyOrder.of(body, roots, this::dependencies).forEach(this::emit);
            return results.stream().map(this::resolve).toList();
        }

        /** TensorFlow runs every write in a function's body, whether an output needs it or not. */
        private void noteAssigned(NodeDef node) {
            if (ASSIGNS.contains(node.getOp()) && isGiven(node.getInput(0))) {
                assigned.add(resolve(node.getInput(0)).node());
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
                                firstIndex(body.get(parts[0]), parts[1])
                                        + Integer.parseInt(parts[2]));
            };
        }

        private int firstIndex(NodeDef node, String output) {
            var definition =
                    library.containsKey(node.getOp())
                            ? library.get(node.getOp()).getSignature()
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

        private void emit(NodeDef node) {
            var data =
                    node.getInputList().stream()
                            .filter(input -> !isControl(input))
                            .map(this::resolve)
                            .toList();
            var function = called(node, data);
            var unrolled =
                    node.getOp().endsWith("While")
                            ? unroll(node, data)
                            : Optional.<List<TensorRef>>empty();
            if (unrolled.isPresent()) {
                produced.put(node.getName(), unrolled.get()::get);
            } else if (function == null) {
                var emitted = flatNode(node, data);
                flat.putIfAbsent(emitted.getName(), emitted);
                flatNames.put(node.getName(), emitted.getName());
                produced.put(node.getName(), index -> new TensorRef(emitted.getName(), index));
            } else {
                produced.put(node.getName(), call(node, function, data)::get);
            }
            if (flat.size() > MAX_NODES) {
                throw FailureException.invalidInput(
                        "The model has more than "
                                + MAX_NODES
                                + " nodes once its functions are written out.",
                        "Export a smaller model.");
            }
        }

        private NodeDef flatNode(NodeDef node, List<TensorRef> data) {
            var name = path == null ? node.getName() : fresh(path + node.getName());
            var copy = NodeDef.newBuilder().setName(name).setOp(node.getOp());
            data.forEach(input -> copy.addInput(input.toString()));
            if (merges) {
                node.getInputList().stream()
                        .filter(FunctionInliner::isControl)
                        .map(input -> flatNames.get(input.substring(1)))
                        .filter(Objects::nonNull)
                        .forEach(input -> copy.addInput("^" + input));
            }
            node.getAttrMap()
                    .forEach(
                            (key, value) -> {
                                // An underscore marks hints for placement and gradients.
                                if (!key.startsWith("_")) {
                                    copy.putAttr(key, substitute(value));
                                }
                            });
            return copy.build();
        }

        private AttrValue substitute(AttrValue value) {
            return attributes.getOrDefault(value.getPlaceholder(), value);
        }

        /** The function that a node calls; null when it calls none. */
        private NameAttrList called(NodeDef node, List<TensorRef> data) {
            return switch (node.getOp()) {
                case "PartitionedCall", "StatefulPartitionedCall" -> function(node, "f");
                case "If", "StatelessIf" -> function(node, branch(node, data.get(0)));
                case "Case", "StatelessCase" -> chosen(node, data.get(0));
                default ->
                        library.containsKey(node.getOp())
                                ? NameAttrList.newBuilder()
                                        .setName(node.getOp())
                                        .putAllAttr(node.getAttrMap())
                                        .build()
                                : null;
            };
        }

        private NameAttrList function(NodeDef node, String attribute) {
            return substitute(node.getAttrOrThrow(attribute)).getFunc();
        }

        private String branch(NodeDef node, TensorRef condition) {
            boolean holds =
                    Predicates.value(flat, condition)
                            .orElseThrow(() -> DeadBranches.notConstant(node));
            return holds ? "then_branch" : "else_branch";
        }

        /** TensorFlow takes the last branch where there is none of that number. */
        private NameAttrList chosen(NodeDef node, TensorRef index) {
            var branches = substitute(node.getAttrOrThrow("branches")).getList().getFuncList();
            int choice =
                    Predicates.index(flat, index).orElseThrow(() -> DeadBranches.notConstant(node));
            boolean known = choice >= 0 && choice < branches.size();
            return branches.get(known ? choice : branches.size() - 1);
        }

        /**
         * The rounds of a loop one after the other, as long as its condition is constant.
         *
         * @return what comes out of it; nothing where the condition depends on data
         */
        private Optional<List<TensorRef>> unroll(NodeDef loop, List<TensorRef> data) {
            var state = data;
            for (int round = 0; round < MAX_ROUNDS; round++) {
                var goesOn =
                        Predicates.value(flat, call(loop, function(loop, "cond"), state).get(0));
                if (goesOn.isEmpty()) {
                    return Optional.empty();
                }
                if (!goesOn.get()) {
                    return Optional.of(state);
                }
                state = call(loop, function(loop, "body"), state);
            }
            return Optional.empty();
        }

        private List<TensorRef> call(NodeDef node, NameAttrList name, List<TensorRef> data) {
            if (depth == MAX_DEPTH) {
                throw FailureException.invalidInput(
                        "The model's function '" + name.getName() + "' calls itself.",
                        "Export the model without recursion.");
            }
            var function = library.get(name.getName());
            var arguments = new HashMap<String, TensorRef>();
            int skip = CHOOSES.contains(node.getOp()) ? 1 : 0;
            for (int i = 0; i < function.getSignature().getInputArgCount(); i++) {
                arguments.put(function.getSignature().getInputArg(i).getName(), data.get(i + skip));
            }
            var body =
                    new Scope(
                            function.getNodeDefList(),
                            name.getAttrMap(),
                            arguments,
                            pathOf(node),
                            depth + 1);
            return body.emit(
                    function.getSignature().getOutputArgList().stream()
                            .map(output -> function.getRetOrThrow(output.getName()))
                            .toList());
        }

        private String pathOf(NodeDef call) {
            var full = (path == null ? "" : path) + call.getName();
            var kept = CALL_SEGMENT.matcher(full).replaceAll("");
            return kept.isEmpty() ? "" : (kept.startsWith("/") ? kept.substring(1) : kept) + "/";
        }
    }

    private static boolean isControl(String input) {
        return input.startsWith("^");
    }
}
