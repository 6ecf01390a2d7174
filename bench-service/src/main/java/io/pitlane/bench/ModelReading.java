package io.pitlane.bench;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.batch.DynamicBatch;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.StageTask;

/** Reads models of a run. */
final class ModelReading {
    private ModelReading() {}

    /**
     * Reads a model.
     *
     * @param signature key of its signature; null for {@code serving_default}, or the only one
     * @throws FailureException when it cannot be read, naming the step that made it
     */
    static DynamicBatch read(StageTask.LocalModel model, String signature) {
        try {
            return SavedModelReader.readWithNote(model.savedModel(), signature);
        } catch (FailureException e) {
            var message = "In model '" + model.label() + "': " + e.getMessage();
            throw new FailureException(e.kind(), message, e.action(), e);
        }
    }
}
