package io.pitlane.bench;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.engines.EngineModel;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads models with the signature and input of a plan.
 *
 * @param signature key of the signature of SavedModels; null for {@code serving_default}, or the
 *     only one
 * @param input which of several inputs takes the images
 * @param threads threads that compute one call
 */
record ModelLoader(String signature, InputSpec input, int threads) {

    /** With the first number of threads that the plan measures. */
    static ModelLoader of(Plan plan) {
        return new ModelLoader(plan.signature(), plan.input(), plan.bench().threads().get(0));
    }

    /** The same with another number of threads. */
    ModelLoader withThreads(int value) {
        return new ModelLoader(signature, input, value);
    }

    /**
     * Loads a model; the caller closes it.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be loaded
     */
    EngineModel load(ModelOnEngine model) {
        // An exported model has one signature, whatever its key.
        var key = model.engine() == Engine.TENSORFLOW ? signature : null;
        return InferenceEngine.of(model.engine())
                .load(model.path(), new LoadOptions(key, input, threads));
    }

    /**
     * Loads several models, in the given order; the caller closes them together.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when one cannot be loaded;
     *     none stays loaded then
     */
    LoadedModels loadAll(List<ModelOnEngine> models) {
        var loaded = new LoadedModels();
        try {
            models.forEach(model -> loaded.models.put(model, load(model)));
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /** Models that are in memory together. */
    static final class LoadedModels implements AutoCloseable {
        private final Map<ModelOnEngine, EngineModel> models = new LinkedHashMap<>();

        private LoadedModels() {}

        Map<ModelOnEngine, EngineModel> all() {
            return Collections.unmodifiableMap(models);
        }

        @Override
        public void close() {
            models.values().forEach(EngineModel::close);
        }
    }
}
