package io.pitlane.bench;

import io.pitlane.contract.BenchStep;
import io.pitlane.model.eval.DjlModel;
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
 * Times models against each other, all in memory at once, one batch size after the other. A model
 * that takes a fixed number of images is timed at that number only, which is added where it was not
 * asked for.
 */
final class TimeTrial {
    private final LatencyBenchmark benchmark;
    private final ModelLoader loader;
    private final BenchStep options;
    private final TestData data;

    TimeTrial(LatencyBenchmark benchmark, ModelLoader loader, BenchStep options, TestData data) {
        this.benchmark = benchmark;
        this.loader = loader;
        this.options = options;
        this.data = data;
    }

    /**
     * The times of every model.
     *
     * @param timings one entry a model and batch size
     * @param fixedBatches images a call, by label, of the models that take a fixed number
     */
    record Result(List<Timings> timings, Map<String, Integer> fixedBatches) {

        /** The times of one model. */
        List<Timings> of(String label) {
            return timings.stream().filter(t -> t.label().equals(label)).toList();
        }

        /** Why a model was not timed at other batch sizes; empty when it takes any. */
        Optional<String> remark(String label) {
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
        try (var loaded = LoadedModels.load(loader, savedModels)) {
            var models = loaded.byLabel();
            var fixed = fixedBatches(models);
            var sizes = List.copyOf(sizes(models, fixed));
            var timings = new ArrayList<Timings>();
            for (int size : sizes) {
                double begun = (double) sizes.indexOf(size) / sizes.size();
                var message = "timing at batch " + size;
                timings.addAll(
                        runAt(
                                size,
                                takers(size, models, fixed),
                                share -> progress.at(begun + share / sizes.size(), message)));
            }
            return new Result(List.copyOf(timings), fixed);
        }
    }

    private List<Timings> runAt(
            int size, List<Map.Entry<String, DjlModel>> takers, DoubleConsumer progress) {
        return benchmark.run(
                takers.stream().map(m -> new Contender(m.getKey(), m.getValue()::predict)).toList(),
                data.batches(takers.get(0).getValue(), size),
                new Effort(options.minSamples(), options.minSeconds()),
                progress);
    }

    private Map<String, Integer> fixedBatches(Map<String, DjlModel> models) {
        var fixed = new HashMap<String, Integer>();
        models.forEach(
                (label, model) ->
                        data.inputOf(model).fixedBatch().ifPresent(size -> fixed.put(label, size)));
        return Map.copyOf(fixed);
    }

    private TreeSet<Integer> sizes(Map<String, DjlModel> models, Map<String, Integer> fixed) {
        var sizes = new TreeSet<>(fixed.values());
        if (fixed.size() < models.size()) {
            sizes.addAll(options.batchSizes());
        }
        return sizes;
    }

    private static List<Map.Entry<String, DjlModel>> takers(
            int size, Map<String, DjlModel> models, Map<String, Integer> fixed) {
        return models.entrySet().stream()
                .filter(model -> fixed.getOrDefault(model.getKey(), size) == size)
                .toList();
    }
}
