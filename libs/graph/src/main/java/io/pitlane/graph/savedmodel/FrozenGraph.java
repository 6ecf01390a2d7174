package io.pitlane.graph.savedmodel;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.operation.RegisteredOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFUnimplementedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A frozen graph: a GraphDef whose variables are constants, as {@code
 * convert_variables_to_constants} of TensorFlow 1.x writes it. It has no signature; one is made of
 * the inputs and outputs that are named, or of those that the graph shows.
 */
public final class FrozenGraph {
    private final Path file;
    private final GraphDef graph;
    private final FrozenGraphNodes nodes;

    private FrozenGraph(Path file, GraphDef graph) {
        this.file = file;
        this.graph = graph;
        this.nodes = new FrozenGraphNodes(graph.getNodeList());
    }

    /**
     * Writes a frozen graph as a SavedModel with the signature {@code serving_default}, whose ports
     * have the names of the nodes. Nodes that the outputs do not need are left out.
     *
     * @param file the serialized GraphDef
     * @param ports names of the inputs and outputs, where the graph does not show them
     * @param folder folder of the SavedModel, created if it is missing
     * @throws FailureException of kind INVALID_INPUT when the file is no GraphDef, a named node
     *     does not exist, several nodes could be the output, no placeholder is reached, or a
     *     variable is not frozen
     */
    public static void toSavedModel(Path file, FrozenGraphPorts ports, Path folder) {
        new FrozenGraph(file, parse(file)).convert(ports, folder);
    }

    private static GraphDef parse(Path file) {
        try (var bytes = Files.newInputStream(file)) {
            var coded = CodedInputStream.newInstance(bytes);
            coded.setSizeLimit(Integer.MAX_VALUE);
            var graph = GraphDef.parseFrom(coded);
            coded.checkLastTagWas(0);
            return graph;
        } catch (InvalidProtocolBufferException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    file + " is damaged or cut short: it does not parse as a GraphDef.",
                    "Export or copy the graph again.",
                    e);
        } catch (IOException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    file + " cannot be read: " + e.getMessage() + ".",
                    "Check the file's permissions.",
                    e);
        }
    }

    private void convert(FrozenGraphPorts ports, Path folder) {
        var outputs = ports.outputs().isEmpty() ? onlyOutput() : named("output", ports.outputs());
        var fed = named("input", ports.inputs());
        var needed = nodes.reachedFrom(outputs, fed);
        requireFrozen(needed);
        var inputs = fed.isEmpty() ? placeholders(needed) : onlyPlaceholders(needed, fed);
        var inferred = inputs.stream().allMatch(FrozenPorts::isPlaceholder) ? null : shapes(graph);
        var placeholders =
                inputs.stream().map(node -> FrozenPorts.asPlaceholder(node, inferred)).toList();
        var part = nodes.graphOf(needed, placeholders, graph);
        var signature = FrozenPorts.signature(placeholders, outputs);
        SavedModelWriter.write(part, signature, folder);
        SafetyCheck.check(SavedModelFile.parse(folder), signature);
        SavedModelWriter.write(part, FrozenPorts.withOutputShapes(signature, shapes(part)), folder);
    }

    private List<NodeDef> onlyOutput() {
        var candidates = nodes.unread().stream().filter(FrozenGraph::givesNumbers).toList();
        if (candidates.size() != 1) {
            throw invalidInput(
                    candidates.isEmpty()
                            ? file + " has no node that could be the output."
                            : "Each of the nodes "
                                    + describe(candidates)
                                    + " of "
                                    + file
                                    + " could be an output: no other node reads it.",
                    "Name the outputs of the frozen graph: frozenGraph: {outputs: [...]} in the"
                            + " plan, --output on the command line.");
        }
        return candidates;
    }

    private List<NodeDef> named(String what, List<String> names) {
        return names.stream().map(name -> nodes.named(name, what, file)).toList();
    }

    private List<NodeDef> placeholders(List<NodeDef> needed) {
        var found = needed.stream().filter(FrozenPorts::isPlaceholder).toList();
        if (found.isEmpty()) {
            throw invalidInput(
                    "No placeholder leads to the output of " + file + ", so nothing can be fed.",
                    "Name the inputs of the frozen graph: frozenGraph: {inputs: [...]} in the"
                            + " plan, --input on the command line.");
        }
        return found;
    }

    private List<NodeDef> onlyPlaceholders(List<NodeDef> needed, List<NodeDef> fed) {
        var missing =
                needed.stream().filter(FrozenPorts::isPlaceholder).filter(n -> !fed.contains(n));
        var names = describe(missing.toList());
        if (!names.isEmpty()) {
            throw invalidInput(
                    "The outputs of " + file + " also depend on the placeholders " + names + ".",
                    "Add them to the inputs of the frozen graph.");
        }
        return fed.stream().filter(needed::contains).toList();
    }

    private void requireFrozen(List<NodeDef> needed) {
        needed.stream()
                .filter(VariableValues::isVariable)
                .findFirst()
                .ifPresent(
                        node -> {
                            throw invalidInput(
                                    "%s is not frozen: the node '%s' is a variable, whose value is in a checkpoint."
                                            .formatted(file, node.getName()),
                                    "Freeze it with"
                                            + " tf.compat.v1.graph_util.convert_variables_to_constants,"
                                            + " or export a SavedModel.");
                        });
    }

    /** Whether a node computes something, all of it numbers. */
    private static boolean givesNumbers(NodeDef node) {
        if (List.of("Const", "Placeholder").contains(node.getOp())
                || !RegisteredOps.contains(node.getOp())) {
            return false;
        }
        var types = RegisteredOps.outputTypes(node);
        return !types.isEmpty()
                && types.stream()
                        .noneMatch(
                                type ->
                                        type == DataType.DT_STRING
                                                || type == DataType.DT_RESOURCE
                                                || type == DataType.DT_VARIANT);
    }

    private static String describe(List<NodeDef> found) {
        return found.stream()
                .map(node -> "'" + node.getName() + "' (" + node.getOp() + ")")
                .sorted()
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }

    private InferredShapes shapes(GraphDef of) {
        try {
            return InferredShapes.of(of);
        } catch (TensorFlowException | TFInvalidArgumentException | TFUnimplementedException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    "TensorFlow does not accept the graph of "
                            + file
                            + ": "
                            + VariableValues.firstLine(e)
                            + ".",
                    "Export it again, if possible with TensorFlow 2.18 or a neighbour.",
                    e);
        }
    }
}
