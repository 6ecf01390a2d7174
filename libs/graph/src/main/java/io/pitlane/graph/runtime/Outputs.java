package io.pitlane.graph.runtime;

import io.pitlane.graph.FloatTensor;
import java.util.Map;

/**
 * The numeric outputs of a model for one batch. Integers are converted to floats, exact up to 2^24.
 *
 * @param byName tensors by the names of the signature
 */
public record Outputs(Map<String, FloatTensor> byName) {

    public Outputs {
        byName = Map.copyOf(byName);
    }

    /**
     * One output.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public FloatTensor of(String name) {
        var output = byName.get(name);
        if (output == null) {
            throw new IllegalArgumentException("the model has no numeric output named " + name);
        }
        return output;
    }
}
