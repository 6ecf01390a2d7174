package io.pitlane.bench;

import io.pitlane.contract.artifact.Engine;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.engines.EngineModel;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loads models with the signature and input of a plan.
 *
 * @param signature key of the signature; null for {@code serving_default}, or the only one
 * @param input which of several inputs takes the images
 */
record ModelLoader(String signature, InputSpec input) {

    static ModelLoader of(Plan plan) {
        return new ModelLoader(plan.signature(), plan.input());
    }

    /**
     * Loads a model; the caller closes it.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be loaded
     */
    EngineModel load(Path savedModel) {
        return InferenceEngine.of(Engine.TENSORFLOW)
                .load(savedModel, LoadOptions.of(signature, input));
    }

    /**
     * Loads several models, in the given order; the caller closes them together.
     *
     * @param savedModels folders by label
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when one cannot be loaded;
     *     none stays loaded then
     */
    LoadedModels loadAll(Map<String, Path> savedModels) {
        var loaded = new LoadedModels();
        try {
            savedModels.forEach((label, folder) -> loaded.models.put(label, load(folder)));
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /** Models that are in memory together. */
    static final class LoadedModels implements AutoCloseable {
        private final Map<String, EngineModel> models = new LinkedHashMap<>();

        private LoadedModels() {}

        Map<String, EngineModel> byLabel() {
            return Collections.unmodifiableMap(models);
        }

        @Override
        public void close() {
            models.values().forEach(EngineModel::close);
        }
    }
}
