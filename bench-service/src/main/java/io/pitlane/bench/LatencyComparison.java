package io.pitlane.bench;

import io.pitlane.bench.LatencyBenchmark.SamplingBudget;
import io.pitlane.bench.LatencyBenchmark.TimedModel;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.evaluation.djl.DjlModel;
import io.pitlane.pipeline.stage.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/**
 * Compares the latency of several models, all loaded at once, one batch size after the other. A
 * model with a fixed batch size is timed at that size only; the size is added to those of the step
 * if necessary.
 */
final class LatencyComparison {
    private final LatencyBenchmark benchmark;
    private final ModelLoader loader;
    private final BenchStep options;
    private final TestData data;

    LatencyComparison(
            LatencyBenchmark benchmark, ModelLoader loader, BenchStep options, TestData data) {
        this.benchmark = benchmark;
        this.loader = loader;
        this.options = options;
        this.data = data;
    }

    /**
     * The timings of every model.
     *
     * @param timings one entry a model and batch size
     * @param fixedBatches images a call, by label, of the models with a fixed batch size
     */
    record Result(List<Timings> timings, Map<String, Integer> fixedBatches) {

        /** The timings of one model. */
        List<Timings> of(String label) {
            return timings.stream().filter(t -> t.label().equals(label)).toList();
        }

        /** Why a model was timed at one batch size only; empty when it takes any. */
        Optional<String> note(String label) {
            return Optional.ofNullable(fixedBatches.get(label))
                    .map("Takes exactly %d images a call, so it is timed at that only."::formatted);
        }
    }

    /**
     * Times every model at every batch size that it takes.
     *
     * @param savedModels folders by label, in the report's order
     */
    Result run(Map<String, Path> savedModels, ProgressListener progress) {
        try (var loaded = loader.loadAll(savedModels)) {
            var models = loaded.byLabel();
            var fixed = fixedBatches(models);
            var sizes = List.copyOf(batchSizes(models, fixed));
            var timings = new ArrayList<Timings>();
            for (int size : sizes) {
                double start = (double) sizes.indexOf(size) / sizes.size();
                var message = "measuring latency at batch size " + size;
                timings.addAll(
                        runAt(
                                size,
                                accepting(size, models, fixed),
                                share -> progress.at(start + share / sizes.size(), message)));
            }
            return new Result(List.copyOf(timings), fixed);
        }
    }

    private List<Timings> runAt(
            int size, List<Map.Entry<String, DjlModel>> models, DoubleConsumer progress) {
        return benchmark.run(
                models.stream()
                        .map(m -> new TimedModel(m.getKey(), m.getValue()::predict))
                        .toList(),
                data.batches(models.get(0).getValue(), size),
                new SamplingBudget(options.seconds(), options.minSamples()),
                progress);
    }

    private Map<String, Integer> fixedBatches(Map<String, DjlModel> models) {
        var fixed = new HashMap<String, Integer>();
        models.forEach(
                (label, model) ->
                        data.inputOf(model).fixedBatch().ifPresent(size -> fixed.put(label, size)));
        return Map.copyOf(fixed);
    }

    private TreeSet<Integer> batchSizes(Map<String, DjlModel> models, Map<String, Integer> fixed) {
        var sizes = new TreeSet<>(fixed.values());
        if (fixed.size() < models.size()) {
            sizes.addAll(options.batchSizes());
        }
        return sizes;
    }

    private static List<Map.Entry<String, DjlModel>> accepting(
            int size, Map<String, DjlModel> models, Map<String, Integer> fixed) {
        return models.entrySet().stream()
                .filter(model -> fixed.getOrDefault(model.getKey(), size) == size)
                .toList();
    }
}
