package io.pitlane.bench;

import io.pitlane.contract.engine.Engine;
import java.nio.file.Path;

/**
 * A model of the run as one engine runs it.
 *
 * @param label of the model in the report
 * @param engine the engine
 * @param path the file; for TensorFlow the folder of a SavedModel
 */
record ModelOnEngine(String label, Engine engine, Path path) {

    /** A SavedModel of the run. */
    static ModelOnEngine tensorFlow(String label, Path savedModel) {
        return new ModelOnEngine(label, Engine.TENSORFLOW, savedModel);
    }

    /** As in {@code prune on ONNX Runtime}. */
    String title() {
        return label + " on " + engine.title();
    }
}
