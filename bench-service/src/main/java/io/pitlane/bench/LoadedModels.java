package io.pitlane.bench;

import io.pitlane.model.eval.DjlModel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Several models in memory at once, by label; close them together. */
final class LoadedModels implements AutoCloseable {
    private final Map<String, DjlModel> models = new LinkedHashMap<>();

    private LoadedModels() {}

    /** Loads every model, in the given order. */
    static LoadedModels load(ModelLoader loader, Map<String, Path> savedModels) {
        var loaded = new LoadedModels();
        try {
            savedModels.forEach((label, folder) -> loaded.models.put(label, loader.load(folder)));
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    Map<String, DjlModel> byLabel() {
        return Collections.unmodifiableMap(models);
    }

    @Override
    public void close() {
        models.values().forEach(DjlModel::close);
    }
}
