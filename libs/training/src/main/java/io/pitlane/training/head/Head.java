package io.pitlane.training.head;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * An output of the model as a loss sees it: the float32 tensor before its last activation, or
 * before the choice of a class.
 *
 * @param output the output's name in the signature
 * @param tensor the logits, or the output itself where it has no activation
 * @param kind what the activation makes of them
 */
public record Head(String output, TensorRef tensor, Kind kind) {

    /** What an output means. */
    public enum Kind {
        /** Softmax: one class out of many. */
        SOFTMAX,
        /** Sigmoid: each output on its own. */
        SIGMOID,
        /** No activation: logits of a classifier, or values. */
        LINEAR
    }

    /**
     * The head of an output.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the output is no
     *     numbers that could be trained, nor the classes chosen from such
     */
    public static Head of(FlatGraph graph, GraphSignature.Port output) {
        return HeadSearch.head(graph, output)
                .orElseThrow(
                        () ->
                                invalidInput(
                                        ("The output '%s' is neither float32 nor a class that the"
                                                        + " model takes from scores.")
                                                .formatted(output.name()),
                                        "Export the model with its scores as an output."));
    }

    static Head before(NodeDef activation, GraphSignature.Port output, Kind kind) {
        return new Head(output.name(), TensorRef.parse(activation.getInput(0)), kind);
    }

    /** The same head, taken for the logits of a classifier. */
    public Head asClassifier() {
        return kind == Kind.LINEAR ? new Head(output, tensor, Kind.SOFTMAX) : this;
    }
}
