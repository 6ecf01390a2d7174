package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.HardActivation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.GridOperations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * An operation without weights that engines compute in integers, with the activation behind it: a
 * sum or product of two tensors, a concatenation, a mean, an activation function.
 *
 * @param node the operation; of a hard sigmoid or swish, its last node
 * @param nodes names of the nodes that it consists of, without the activation behind it
 * @param inputs the tensors whose integers it reads
 * @param activation the last operation
 * @param output the output tensor of the last node
 */
record QuantizedOperation(
        NodeDef node,
        Set<String> nodes,
        List<TensorRef> inputs,
        FusedActivation activation,
        TensorRef output) {
    QuantizedOperation {
        nodes = Set.copyOf(nodes);
        inputs = List.copyOf(inputs);
    }

    /** The operations of a graph that some engine computes in integers, by the name of the node. */
    static Map<String, QuantizedOperation> of(FlatGraph graph) {
        var operations = new HashMap<String, QuantizedOperation>();
        var inner = new HashSet<String>();
        for (var activation : HardActivation.of(graph)) {
            var operation = of(graph, activation);
            operations.put(operation.node().getName(), operation);
            inner.addAll(activation.nodes());
        }
        graph.nodes().stream()
                .filter(node -> !inner.contains(node.getName()))
                .forEach(
                        node ->
                                at(graph, node)
                                        .ifPresent(found -> operations.put(node.getName(), found)));
        return operations;
    }

    private static QuantizedOperation of(FlatGraph graph, HardActivation activation) {
        return new QuantizedOperation(
                graph.node(activation.output().node()),
                Set.copyOf(activation.nodes()),
                List.of(activation.input()),
                FusedActivation.NONE,
                activation.output());
    }

    private static Optional<QuantizedOperation> at(FlatGraph graph, NodeDef node) {
        var slots =
                switch (node.getOp()) {
                    case "Add", "AddV2", "Mul" -> List.of(0, 1);
                    case "ConcatV2" ->
                            IntStream.range(0, node.getInputCount() - 1).boxed().toList();
                    case "Mean" ->
                            IntConstant.of(graph.input(node, 1)).isPresent()
                                    ? List.of(0)
                                    : List.<Integer>of();
                    case "AvgPool" ->
                            GridOperations.isSupportedPool(node) ? List.of(0) : List.<Integer>of();
                    case "Sigmoid", "Tanh", "LeakyRelu" -> List.of(0);
                    default -> List.<Integer>of();
                };
        boolean hasConstants =
                slots.stream().anyMatch(slot -> graph.input(node, slot).getOp().equals("Const"));
        if (slots.isEmpty() || hasConstants) {
            return Optional.empty();
        }
        var next = graph.onlyConsumer(node.getName());
        var activation =
                joins(node) ? next.flatMap(FusedActivation::of) : Optional.<FusedActivation>empty();
        var end = activation.isPresent() ? next.orElseThrow() : node;
        return Optional.of(
                new QuantizedOperation(
                        node,
                        Set.of(node.getName()),
                        slots.stream().map(slot -> TensorRef.parse(node.getInput(slot))).toList(),
                        activation.orElse(FusedActivation.NONE),
                        TensorRef.of(end.getName())));
    }

    private static boolean joins(NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case ADDITION, MULTIPLICATION -> true;
            default -> false;
        };
    }

    /** Whether it is a sum. */
    boolean isSum() {
        return nodes.size() == 1 && Operations.of(node).kind() == Kind.ADDITION;
    }

    /** Whether it is a concatenation. */
    boolean isConcatenation() {
        return Operations.of(node).kind() == Kind.CONCATENATION;
    }
}
