package io.pitlane.bench;

import io.pitlane.bench.LatencyBenchmark.SamplingBudget;
import io.pitlane.bench.LatencyBenchmark.TimedModel;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.engines.EngineModel;
import io.pitlane.graph.FloatTensor;
import io.pitlane.pipeline.stage.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/**
 * Compares the latency of several models, all loaded at once, one batch size after the other. A
 * model with a fixed batch size is timed at that size only; the size is added to those of the step
 * if necessary. A size that would not fit in memory is left out.
 */
final class LatencyComparison {
    private final LatencyBenchmark benchmark;
    private final ModelLoader loader;
    private final BenchStep options;
    private final TestData data;
    private final BatchMemory memory;

    LatencyComparison(
            LatencyBenchmark benchmark,
            ModelLoader loader,
            BenchStep options,
            TestData data,
            BatchMemory memory) {
        this.benchmark = benchmark;
        this.loader = loader;
        this.options = options;
        this.data = data;
        this.memory = memory;
    }

    /**
     * The timings of every model.
     *
     * @param timings one entry a model and batch size
     * @param fixedBatches images a call, by label, of the models with a fixed batch size
     * @param skipped a sentence for each batch size that was left out
     */
    record Result(List<Timings> timings, Map<String, Integer> fixedBatches, List<String> skipped) {

        /** The timings of one model. */
        List<Timings> of(String label) {
            return timings.stream().filter(t -> t.label().equals(label)).toList();
        }

        /** Why a model was timed at one batch size only; empty when it takes any. */
        Optional<String> note(String label) {
            return Optional.ofNullable(fixedBatches.get(label))
                    .map(
                            size ->
                                    "Takes exactly %d %s a call, so it is timed at that only."
                                            .formatted(size, size == 1 ? "image" : "images"));
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
            var skipped = new ArrayList<String>();
            for (int size : sizes) {
                var shortage = shortage(size, models, fixed);
                if (shortage.isPresent()) {
                    skipped.add("Batch size %d was not timed: %s.".formatted(size, shortage.get()));
                    continue;
                }
                double start = (double) sizes.indexOf(size) / sizes.size();
                var message = "measuring latency at batch size " + size;
                timings.addAll(
                        runAt(
                                size,
                                accepting(size, models, fixed),
                                share -> progress.at(start + share / sizes.size(), message)));
            }
            return new Result(List.copyOf(timings), fixed, List.copyOf(skipped));
        }
    }

    /** Models with a fixed batch size have run at it before. */
    private Optional<String> shortage(
            int size, Map<String, EngineModel> models, Map<String, Integer> fixed) {
        var free =
                models.entrySet().stream()
                        .filter(model -> !fixed.containsKey(model.getKey()))
                        .map(Map.Entry::getValue)
                        .toList();
        return free.isEmpty()
                ? Optional.empty()
                : memory.shortage(size, images -> callEach(free, images));
    }

    private BatchMemory.Arrays callEach(List<EngineModel> models, int size) {
        return models.stream()
                .map(model -> call(model, data.batch(model, size)))
                .max(Comparator.comparingLong(BatchMemory.Arrays::bytes))
                .orElseThrow();
    }

    private static BatchMemory.Arrays call(EngineModel model, FloatTensor batch) {
        var outputs =
                model.predict(batch).byName().values().stream()
                        .mapToLong(output -> output.values().length)
                        .summaryStatistics();
        return new BatchMemory.Arrays(
                batch.values().length, outputs.getSum(), Math.max(0, outputs.getMax()));
    }

    private List<Timings> runAt(
            int size, List<Map.Entry<String, EngineModel>> models, DoubleConsumer progress) {
        return benchmark.run(
                models.stream()
                        .map(m -> new TimedModel(m.getKey(), m.getValue()::predict))
                        .toList(),
                data.batches(models.get(0).getValue(), size),
                new SamplingBudget(options.seconds(), options.minSamples()),
                progress);
    }

    private Map<String, Integer> fixedBatches(Map<String, EngineModel> models) {
        var fixed = new HashMap<String, Integer>();
        models.forEach(
                (label, model) ->
                        data.inputOf(model).fixedBatch().ifPresent(size -> fixed.put(label, size)));
        return Map.copyOf(fixed);
    }

    private TreeSet<Integer> batchSizes(
            Map<String, EngineModel> models, Map<String, Integer> fixed) {
        var sizes = new TreeSet<>(fixed.values());
        if (fixed.size() < models.size()) {
            sizes.addAll(options.batchSizes());
        }
        return sizes;
    }

    private static List<Map.Entry<String, EngineModel>> accepting(
            int size, Map<String, EngineModel> models, Map<String, Integer> fixed) {
        return models.entrySet().stream()
                .filter(model -> fixed.getOrDefault(model.getKey(), size) == size)
                .toList();
    }
}
