package io.pitlane.bench;

import io.pitlane.bench.LatencyBenchmark.SamplingBudget;
import io.pitlane.bench.LatencyBenchmark.TimedModel;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.engines.EngineModel;
import io.pitlane.graph.FloatTensor;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Compares the latency of several models on several engines, all loaded at once, with one number of
 * threads and one batch size after the other. A model with a fixed batch size is timed at that size
 * only; the size is added to those of the step if necessary. A size that would not fit in memory is
 * left out.
 */
final class LatencyComparison {
    private final LatencyBenchmark benchmark;
    private final ModelLoader loader;
    private final BenchStep options;
    private final TestData data;
    private final Supplier<BatchMemory> memory;

    /**
     * A comparison.
     *
     * @param memory predicts for models that have just been loaded
     */
    LatencyComparison(
            LatencyBenchmark benchmark,
            ModelLoader loader,
            BenchStep options,
            TestData data,
            Supplier<BatchMemory> memory) {
        this.benchmark = benchmark;
        this.loader = loader;
        this.options = options;
        this.data = data;
        this.memory = memory;
    }

    /**
     * The timings of every model.
     *
     * @param timings one entry a model, engine, number of threads and batch size
     * @param fixedBatches images a call, by label, of the models with a fixed batch size
     * @param skipped a sentence for each batch size that was left out
     */
    record Result(
            List<EngineTimings> timings, Map<String, Integer> fixedBatches, Set<String> skipped) {

        /** The timings of one model on all engines. */
        List<EngineTimings> of(String label) {
            return timings.stream().filter(t -> t.model().label().equals(label)).toList();
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
     * Times every model with every number of threads at every batch size that it takes.
     *
     * @param models in the report's order
     */
    Result run(List<ModelOnEngine> models, ProgressListener progress) {
        var timings = new ArrayList<EngineTimings>();
        var skipped = new LinkedHashSet<String>();
        var fixed = new HashMap<String, Integer>();
        for (int i = 0; i < options.threads().size(); i++) {
            int threads = options.threads().get(i);
            double start = i;
            try (var loaded = loader.withThreads(threads).loadAll(models)) {
                var pass =
                        new Pass(
                                loaded.all(),
                                threads,
                                memory.get(),
                                (share, message) ->
                                        progress.at(
                                                (start + share) / options.threads().size(),
                                                message));
                pass.run();
                timings.addAll(pass.timings);
                skipped.addAll(pass.skipped);
                pass.fixed.forEach(
                        (model, size) -> {
                            if (model.engine() == Engine.TENSORFLOW) {
                                fixed.put(model.label(), size);
                            }
                        });
            }
        }
        return new Result(List.copyOf(timings), Map.copyOf(fixed), skipped);
    }

    /** The measurement with one number of threads. */
    private final class Pass {
        private final Map<ModelOnEngine, EngineModel> models;
        private final int threads;
        private final BatchMemory batchMemory;
        private final ProgressListener progress;
        private final Map<ModelOnEngine, Integer> fixed;
        private final List<EngineTimings> timings = new ArrayList<>();
        private final List<String> skipped = new ArrayList<>();

        Pass(
                Map<ModelOnEngine, EngineModel> models,
                int threads,
                BatchMemory batchMemory,
                ProgressListener progress) {
            this.models = models;
            this.threads = threads;
            this.batchMemory = batchMemory;
            this.progress = progress;
            this.fixed = fixedBatches();
        }

        void run() {
            var sizes = List.copyOf(batchSizes());
            for (int size : sizes) {
                var shortage = shortage(size);
                if (shortage.isPresent()) {
                    skipped.add("Batch size %d was not timed: %s.".formatted(size, shortage.get()));
                    continue;
                }
                double start = (double) sizes.indexOf(size) / sizes.size();
                var message = "measuring latency at batch size " + size;
                runAt(size, share -> progress.at(start + share / sizes.size(), message));
            }
        }

        /** Models with a fixed batch size have run at it before. */
        private Optional<String> shortage(int size) {
            var free =
                    models.entrySet().stream()
                            .filter(model -> !fixed.containsKey(model.getKey()))
                            .map(Map.Entry::getValue)
                            .toList();
            return free.isEmpty()
                    ? Optional.empty()
                    : batchMemory.shortage(size, images -> callEach(free, images));
        }

        private void runAt(int size, DoubleConsumer reached) {
            var timed = accepting(size);
            var results =
                    benchmark.run(
                            timed.stream()
                                    .map(
                                            model ->
                                                    new TimedModel(
                                                            model.title(),
                                                            models.get(model)::predict))
                                    .toList(),
                            data.batches(models.get(timed.get(0)), size),
                            budget(timed),
                            reached);
            IntStream.range(0, timed.size())
                    .mapToObj(i -> new EngineTimings(timed.get(i), threads, results.get(i)))
                    .forEach(timings::add);
        }

        /** The engines of a model share its seconds. */
        private SamplingBudget budget(List<ModelOnEngine> timed) {
            long labels = timed.stream().map(ModelOnEngine::label).distinct().count();
            return new SamplingBudget(
                    options.seconds() * labels / timed.size(), options.minSamples());
        }

        private Map<ModelOnEngine, Integer> fixedBatches() {
            var sizes = new HashMap<ModelOnEngine, Integer>();
            models.forEach(
                    (key, model) ->
                            data.inputOf(model).fixedBatch().ifPresent(n -> sizes.put(key, n)));
            return Map.copyOf(sizes);
        }

        private TreeSet<Integer> batchSizes() {
            var sizes = new TreeSet<>(fixed.values());
            if (fixed.size() < models.size()) {
                sizes.addAll(options.batchSizes());
            }
            return sizes;
        }

        private List<ModelOnEngine> accepting(int size) {
            return models.keySet().stream()
                    .filter(model -> fixed.getOrDefault(model, size) == size)
                    .toList();
        }
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
}
