package io.pitlane.quantize;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.engines.CallTimer;
import io.pitlane.engines.EngineModel;
import io.pitlane.engines.EngineUnavailableException;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Times the exports of graphs on an engine, with one image. */
final class EngineTimer implements LatencyBudget.Timer {
    private static final CallTimer CALLS = new CallTimer(0.3);

    private final Engine engine;
    private final LoadOptions options;
    private final FloatTensor image;
    private final Path scratch;

    /**
     * A timer.
     *
     * @param options of the model on the engine
     * @param image a batch as the model takes it
     * @param scratch folder for exports
     */
    EngineTimer(Engine engine, LoadOptions options, FloatTensor image, Path scratch) {
        this.engine = engine;
        this.options = options;
        this.image = image;
        this.scratch = scratch;
    }

    /**
     * Times the graphs.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where the engine is
     *     missing, or does not have an operation of the graphs
     */
    @Override
    public double[] millis(List<FlatGraph> graphs) {
        var models = new ArrayList<EngineModel>();
        try {
            graphs.forEach(graph -> models.add(load(graph)));
            return CALLS.millis(models, image);
        } catch (EngineUnavailableException e) {
            throw invalidInput(
                            "quantize.budget.engine: " + e.getMessage() + ".",
                            "Name another engine, or limit macsInt8 instead.")
                    .causedBy(e);
        } finally {
            models.forEach(EngineModel::close);
        }
    }

    private EngineModel load(FlatGraph graph) {
        var format = ModelFormat.of(engine);
        var export = ModelExports.of(format, graph, ModelExports.precisionOf(format, graph));
        if (!export.obstacles().isEmpty()) {
            throw invalidInput(
                    "quantize.budget.engine: the model cannot be expressed for %s: %s."
                            .formatted(engine.title(), export.obstacles().get(0)),
                    "Name another engine, or limit macsInt8 instead.");
        }
        try {
            var path = Files.createTempDirectory(scratch, "timed").resolve(format.fileName());
            export.write(path, ExportMetadata.of(Map.of()));
            return InferenceEngine.of(engine).load(path, options);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write into " + scratch, e);
        }
    }
}
