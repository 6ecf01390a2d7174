package io.pitlane.prune.latency;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.engine.Engine;
import io.pitlane.engines.CallTimer;
import io.pitlane.engines.EngineModel;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Times models on one engine. */
final class EngineTimer {
    private final Engine engine;
    private final InputSpec input;
    private final int threads;
    private final Path scratch;
    private final CallTimer calls;

    /**
     * A timer.
     *
     * @param input selects the input that takes the image
     * @param threads that compute one call
     * @param scratch an existing folder for the models, which are deleted again
     * @param seconds of timed calls for each model
     */
    EngineTimer(Engine engine, InputSpec input, int threads, Path scratch, double seconds) {
        this.engine = engine;
        this.input = input;
        this.threads = threads;
        this.scratch = scratch;
        this.calls = new CallTimer(seconds);
    }

    /**
     * Milliseconds that one call takes.
     *
     * @param graphs all take the same image
     * @return one figure a graph
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when a graph cannot be
     *     expressed in the engine's format
     */
    double[] millis(List<FlatGraph> graphs, FloatTensor image) {
        var models = new ArrayList<EngineModel>();
        var folder = folder();
        try {
            for (var graph : graphs) {
                models.add(load(graph, folder.resolve("model-" + models.size())));
            }
            return calls.millis(models, image);
        } finally {
            models.forEach(EngineModel::close);
            delete(folder);
        }
    }

    /** Milliseconds of a layer alone: without reading its input, and the call. */
    double millis(LayerWorkload workload) {
        var both = millis(List.of(workload.model(), workload.baseline()), workload.image());
        return both[0] - both[1];
    }

    private EngineModel load(FlatGraph graph, Path target) {
        var format = ModelFormat.of(engine);
        if (engine == Engine.TENSORFLOW) {
            SavedModelWriter.write(graph, target);
        } else {
            var export = ModelExports.of(format, graph, Precision.FLOAT32);
            if (!export.obstacles().isEmpty()) {
                throw invalidInput(
                        "prune.target.latencyMillis: the model cannot be measured on %s: %s."
                                .formatted(engine.title(), export.obstacles().get(0)),
                        "Name another engine, or use target.macs.");
            }
            export.write(target, ExportMetadata.of(Map.of()));
        }
        return InferenceEngine.of(engine).load(target, new LoadOptions(null, input, threads));
    }

    private Path folder() {
        try {
            return Files.createTempDirectory(scratch, "timed");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder in " + scratch, e);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
