package io.pitlane.graph.savedmodel;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Chooses a SavedModel's signature. */
final class SignatureChoice {
    static final String DEFAULT_KEY = "serving_default";
    static final String INITIALISATION = "__saved_model_init_op";

    private SignatureChoice() {}

    /**
     * The signature of this key; for null, {@code serving_default} or the only one; where the
     * default has strings as inputs or outputs, as Estimators export it, the only numeric one.
     */
    static GraphSignature choose(MetaGraphDef graph, String key) {
        if (key != null) {
            return named(graph, key);
        }
        var keys = keys(graph);
        var numeric =
                keys.stream().filter(k -> !usesStrings(graph.getSignatureDefOrThrow(k))).toList();
        if (keys.contains(DEFAULT_KEY) && (numeric.contains(DEFAULT_KEY) || numeric.isEmpty())) {
            return named(graph, DEFAULT_KEY);
        }
        if (keys.size() == 1) {
            return named(graph, keys.get(0));
        }
        if (numeric.size() == 1) {
            return named(graph, numeric.get(0));
        }
        throw FailureException.invalidInput(
                keys.isEmpty()
                        ? "The model has no signature."
                        : "The model has no signature "
                                + DEFAULT_KEY
                                + " of numbers but several others: "
                                + String.join(", ", numeric.isEmpty() ? keys : numeric)
                                + ".",
                keys.isEmpty()
                        ? "Export the model with a signature named " + DEFAULT_KEY + "."
                        : "Name one of them in the plan's field signature.");
    }

    private static boolean usesStrings(SignatureDef signature) {
        return Stream.of(signature.getInputsMap(), signature.getOutputsMap())
                .flatMap(ports -> ports.values().stream())
                .anyMatch(info -> info.getDtype() == DataType.DT_STRING);
    }

    /** The signature of this name. */
    static GraphSignature named(MetaGraphDef graph, String key) {
        var signature = graph.getSignatureDefMap().get(key);
        if (signature == null) {
            throw FailureException.invalidInput(
                    "The model has no signature "
                            + key
                            + "; it has "
                            + String.join(", ", keys(graph))
                            + ".",
                    NearestName.advice(key, keys(graph)));
        }
        return checked(key, signature);
    }

    private static List<String> keys(MetaGraphDef graph) {
        return graph.getSignatureDefMap().keySet().stream()
                .filter(key -> !key.equals(INITIALISATION))
                .sorted()
                .toList();
    }

    private static GraphSignature checked(String key, SignatureDef signature) {
        var inputs = ports(signature.getInputsMap(), key);
        var outputs = ports(signature.getOutputsMap(), key);
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw FailureException.invalidInput(
                    "The signature " + key + " has no " + (inputs.isEmpty() ? "input." : "output."),
                    "Export the model with a signature from images to predictions.");
        }
        inputs.forEach(input -> requireNumbers(input, key, "input", "takes"));
        outputs.forEach(output -> requireNumbers(output, key, "output", "gives"));
        return new GraphSignature(key, inputs, outputs);
    }

    private static void requireNumbers(
            GraphSignature.Port port, String key, String kind, String does) {
        if (port.dtype() == DataType.DT_STRING) {
            throw FailureException.invalidInput(
                    "The %s %s of signature %s %s strings (tensor %s)."
                            .formatted(kind, port.name(), key, does, port.tensor()),
                    "Export, or name in the plan, a signature from the image as a tensor of numbers "
                            + "to predictions as numbers.");
        }
    }

    private static List<GraphSignature.Port> ports(Map<String, TensorInfo> infos, String key) {
        return infos.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(entry -> port(entry.getKey(), entry.getValue(), key))
                .toList();
    }

    private static GraphSignature.Port port(String name, TensorInfo info, String key) {
        if (info.getEncodingCase() != TensorInfo.EncodingCase.NAME) {
            throw FailureException.invalidInput(
                    "The port " + name + " of signature " + key + " is not a dense tensor.",
                    "Export a signature of dense tensors.");
        }
        var shape = info.getTensorShape();
        var dimensions =
                shape.getUnknownRank()
                        ? null
                        : shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
        return new GraphSignature.Port(
                name, TensorRef.parse(info.getName()), info.getDtype(), dimensions);
    }
}
