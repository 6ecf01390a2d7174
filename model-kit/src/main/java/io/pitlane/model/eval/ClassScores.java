package io.pitlane.model.eval;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.model.graph.GraphSignature;
import java.util.List;
import java.util.Locale;
import org.tensorflow.proto.DataType;

/** Finds, among a classifier's outputs, the one that holds a score for each class. */
public final class ClassScores {
    private static final List<String> TELLING_NAMES = List.of("prob", "softmax", "logit", "score");

    private ClassScores() {}

    /**
     * The output {@code [N, classes]}; where several could be, the one whose name says so, else the
     * first.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when no output is of that kind
     */
    public static GraphSignature.Port of(GraphSignature signature) {
        var candidates = signature.outputs().stream().filter(ClassScores::holdsScores).toList();
        if (candidates.isEmpty()) {
            throw invalidInput(
                    "No output of the model holds float32 scores [N, classes]: "
                            + signature.outputs().stream()
                                    .map(port -> port.name() + " " + port.shape())
                                    .toList()
                            + ".",
                    "Export the model with its class scores as an output.");
        }
        for (var telling : TELLING_NAMES) {
            for (var port : candidates) {
                if (port.name().toLowerCase(Locale.ROOT).contains(telling)) {
                    return port;
                }
            }
        }
        return candidates.get(0);
    }

    private static boolean holdsScores(GraphSignature.Port port) {
        var shape = port.shape();
        return port.dtype() == DataType.DT_FLOAT
                && (shape == null
                        || shape.size() == 2
                        || shape.size() == 4 && shape.get(1) == 1 && shape.get(2) == 1);
    }
}
