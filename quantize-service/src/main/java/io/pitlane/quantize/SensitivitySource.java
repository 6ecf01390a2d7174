package io.pitlane.quantize;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.cache.FindingCache;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The sensitivity of the layers of a quantized model, measured once: by an earlier step of the run,
 * by an earlier run, or else now. Whatever a budget or a limit says, the figures are the same.
 */
final class SensitivitySource {
    private final StageTask task;
    private final FindingCache cache;

    /**
     * A source for one step.
     *
     * @param cache of earlier runs
     */
    SensitivitySource(StageTask task, FindingCache cache) {
        this.task = task;
        this.cache = cache;
    }

    /**
     * What the figures depend on.
     *
     * @param floats digest of the float graph
     * @param quantized digest of the graph that its quantization made
     * @param data digest of the data
     */
    private record Dependencies(
            String floats,
            String quantized,
            String data,
            DataSource train,
            int samples,
            long seed,
            Task task,
            InputSpec input,
            String output) {}

    /**
     * The sensitivity of a model.
     *
     * @param samples number of images that it is measured on
     * @param measurement makes it where nobody has
     */
    LayerSensitivity of(QuantizedModel model, int samples, Supplier<LayerSensitivity> measurement) {
        var key = cache.key(dependencies(model, samples));
        return ofLineage(key)
                .or(() -> ofEarlierRuns(key))
                .map(LayerSensitivity::asCached)
                .orElseGet(
                        () -> {
                            var measured = measurement.get().withKey(key);
                            cache.save(key, measured);
                            return measured;
                        });
    }

    private Dependencies dependencies(QuantizedModel model, int samples) {
        var plan = task.plan();
        return new Dependencies(
                SavedModelWriter.digest(model.floats()),
                SavedModelWriter.digest(model.graph()),
                task.dataDigest(),
                plan.data().train(),
                samples,
                plan.seed(),
                plan.task(),
                plan.input(),
                plan.output());
    }

    private Optional<LayerSensitivity> ofEarlierRuns(String key) {
        return task.plan().cache() ? cache.find(key, LayerSensitivity.class) : Optional.empty();
    }

    private Optional<LayerSensitivity> ofLineage(String key) {
        return task.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(LayerSensitivity.class::isInstance)
                .map(LayerSensitivity.class::cast)
                .filter(finding -> key.equals(finding.key()))
                .findFirst();
    }
}
