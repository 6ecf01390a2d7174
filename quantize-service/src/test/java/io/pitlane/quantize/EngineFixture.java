package io.pitlane.quantize;

import io.pitlane.contract.artifact.ModelFormat;
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
import java.util.Map;
import java.util.UUID;

/** Exports of a graph, on the engines of their formats. */
final class EngineFixture {
    private EngineFixture() {}

    /** The first output of an export of a graph. */
    static float[] output(ModelFormat format, FlatGraph graph, FloatTensor images, Path folder) {
        var file = export(format, graph, folder);
        try (var model = InferenceEngine.of(format.engine()).load(file, LoadOptions.DEFAULT)) {
            return model.predict(images).of("out0").values();
        }
    }

    /** Bytes of an export of a graph. */
    static long size(ModelFormat format, FlatGraph graph, Path folder) {
        var file = export(format, graph, folder);
        try {
            return Files.size(
                    format == ModelFormat.TENSORFLOW ? file.resolve("saved_model.pb") : file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path export(ModelFormat format, FlatGraph graph, Path folder) {
        var file = folder.resolve(UUID.randomUUID() + "-" + format.fileName());
        ModelExports.of(format, graph, ModelExports.precisionOf(format, graph))
                .write(file, new ExportMetadata("1", Map.of()));
        return file;
    }

    /** The relative L2 distance of values from others. */
    static double relativeError(float[] expected, float... actual) {
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / size);
    }
}
