package io.pitlane.model.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.TensorRef;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * An output of the model as a loss sees it: the tensor before its last activation.
 *
 * @param output the output's name in the signature
 * @param tensor the logits, or the output itself where it has no activation
 * @param kind what the activation makes of them
 */
public record Head(String output, TensorRef tensor, Kind kind) {
    private static final Set<String> SAME_VALUES =
            Set.of("Identity", "Reshape", "Squeeze", "ExpandDims");

    /** What an output means. */
    public enum Kind {
        /** Softmax: one class out of many. */
        SOFTMAX,
        /** Sigmoid: each output on its own. */
        SIGMOID,
        /** No activation: logits of a classifier, or values. */
        LINEAR
    }

    /** The head behind an output. */
    public static Head of(FlatGraph graph, GraphSignature.Port output) {
        var last = output.tensor();
        while (SAME_VALUES.contains(graph.node(last.node()).getOp())) {
            last = TensorRef.parse(graph.node(last.node()).getInput(0));
        }
        var node = graph.node(last.node());
        return switch (node.getOp()) {
            case "Softmax", "LogSoftmax" -> before(node, output, Kind.SOFTMAX);
            case "Sigmoid" -> before(node, output, Kind.SIGMOID);
            case "RealDiv" ->
                    isSoftmaxInPieces(graph, node)
                            ? before(graph.input(node, 0), output, Kind.SOFTMAX)
                            : new Head(output.name(), output.tensor(), Kind.LINEAR);
            default -> new Head(output.name(), output.tensor(), Kind.LINEAR);
        };
    }

    private static Head before(NodeDef activation, GraphSignature.Port output, Kind kind) {
        return new Head(output.name(), TensorRef.parse(activation.getInput(0)), kind);
    }

    // exp(x - max(x)) / sum(exp(x - max(x))), as Keras writes softmax over images.
    private static boolean isSoftmaxInPieces(FlatGraph graph, NodeDef division) {
        var above = graph.input(division, 0);
        var below = graph.input(division, 1);
        return above.getOp().equals("Exp")
                && below.getOp().equals("Sum")
                && below.getInput(0).equals(division.getInput(0));
    }

    /** The same head, taken for the logits of a classifier. */
    public Head asClassifier() {
        return kind == Kind.LINEAR ? new Head(output, tensor, Kind.SOFTMAX) : this;
    }
}
