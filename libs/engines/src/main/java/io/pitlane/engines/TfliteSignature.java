package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.validation.NearestName;
import io.pitlane.graph.GraphSignature;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.StringIntMap;

/**
 * The inputs and outputs of a TFLite model by the names of a signature; by those of their tensors
 * where the model has no signatures.
 *
 * @param key of the signature; empty where there is none
 */
record TfliteSignature(String key, List<TfliteTensor> inputs, List<TfliteTensor> outputs) {
    private static final String DEFAULT_KEY = "serving_default";

    /**
     * The signature to call.
     *
     * @param key null for {@code serving_default}, or the only one
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there are signatures,
     *     but not this one
     */
    static TfliteSignature of(Interpreter interpreter, Path file, String key) {
        var keys = keys(interpreter);
        if (keys.isEmpty()) {
            return new TfliteSignature(
                    "",
                    tensors(interpreter, file, tensorNames(interpreter, true)),
                    tensors(interpreter, file, tensorNames(interpreter, false)));
        }
        var chosen = key == null && keys.size() == 1 ? keys.get(0) : key;
        chosen = chosen == null ? DEFAULT_KEY : chosen;
        if (!keys.contains(chosen)) {
            throw invalidInput(
                    "%s has no signature '%s'; it has %s."
                            .formatted(file, chosen, String.join(", ", keys)),
                    NearestName.advice(chosen, keys));
        }
        return new TfliteSignature(
                chosen,
                tensors(interpreter, file, indices(interpreter.signature_inputs(chosen))),
                tensors(interpreter, file, indices(interpreter.signature_outputs(chosen))));
    }

    private static List<String> keys(Interpreter interpreter) {
        return Arrays.stream(interpreter.signature_keys().get())
                .map(pointer -> pointer.getString())
                .toList();
    }

    private static Map<String, Integer> indices(StringIntMap map) {
        var indices = new TreeMap<String, Integer>();
        for (var at = map.begin(); !at.equals(map.end()); at.increment()) {
            indices.put(at.first(), at.second());
        }
        return indices;
    }

    private static Map<String, Integer> tensorNames(Interpreter interpreter, boolean inputs) {
        var tensors = inputs ? interpreter.inputs() : interpreter.outputs();
        var indices = new TreeMap<String, Integer>();
        for (int i = 0; i < tensors.limit(); i++) {
            int index = tensors.get(i);
            indices.put(interpreter.tensor(index).name().getString(), index);
        }
        return indices;
    }

    private static List<TfliteTensor> tensors(
            Interpreter interpreter, Path file, Map<String, Integer> indices) {
        return indices.entrySet().stream()
                .map(
                        tensor ->
                                TfliteTensor.of(
                                        interpreter, tensor.getKey(), tensor.getValue(), file))
                .toList();
    }

    /** The input of this name. */
    TfliteTensor input(String name) {
        return inputs.stream().filter(input -> input.name().equals(name)).findFirst().orElseThrow();
    }

    /** In the order of names. */
    GraphSignature toGraphSignature(Interpreter interpreter) {
        return new GraphSignature(key, ports(interpreter, inputs), ports(interpreter, outputs));
    }

    private static List<GraphSignature.Port> ports(
            Interpreter interpreter, List<TfliteTensor> tensors) {
        return tensors.stream().map(tensor -> tensor.port(interpreter)).toList();
    }
}
