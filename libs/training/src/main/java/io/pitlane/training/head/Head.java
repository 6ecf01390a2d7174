package io.pitlane.training.head;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * The head of a model output, which a loss is computed from: the float32 tensor before the last
 * activation, or before the class is chosen.
 *
 * @param output the output's name in the signature
 * @param tensor the logits, or the output itself where it has no activation
 * @param kind the activation
 */
public record Head(String output, TensorRef tensor, Kind kind) {

    /** The activation of a head. */
    public enum Kind {
        /** Softmax: one of several exclusive classes. */
        SOFTMAX,
        /** Sigmoid: independent probabilities. */
        SIGMOID,
        /** None: logits of a classifier, or values of a regression. */
        LINEAR
    }

    /**
     * The head of an output.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the output is neither
     *     float32 nor a class chosen from float32 scores
     */
    public static Head of(FlatGraph graph, GraphSignature.Port output) {
        return HeadFinder.find(graph, output)
                .orElseThrow(
                        () ->
                                invalidInput(
                                        ("The output '%s' is neither float32 nor a class that the"
                                                        + " model takes from scores.")
                                                .formatted(output.name()),
                                        "Export the model with its scores as an output."));
    }

    static Head beforeActivation(NodeDef activation, GraphSignature.Port output, Kind kind) {
        return new Head(output.name(), TensorRef.parse(activation.getInput(0)), kind);
    }

    /** The same head as that of a classifier: without activation, its values are logits. */
    public Head asClassifier() {
        return kind == Kind.LINEAR ? new Head(output, tensor, Kind.SOFTMAX) : this;
    }
}
