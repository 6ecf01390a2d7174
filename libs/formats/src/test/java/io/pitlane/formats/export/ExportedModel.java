package io.pitlane.formats.export;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.util.List;
import java.util.Map;

/**
 * Runs an exported model in the engine of its format.
 *
 * @param <E> what the engine throws
 */
@FunctionalInterface
public interface ExportedModel<E extends Exception> {

    /** Every output for one batch, by name; integers as floats. */
    Map<String, FloatTensor> run(List<InputValue> inputs) throws E;
}
