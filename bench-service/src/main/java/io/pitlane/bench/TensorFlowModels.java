package io.pitlane.bench;

import io.pitlane.contract.run.RunModel;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.KernelAvailability;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The models of a run as TensorFlow is to run them: a quantized graph with int8 kernels, not the
 * simulation of them.
 */
final class TensorFlowModels {
    private final Path scratch;
    private final String signature;

    private TensorFlowModels(Path scratch, String signature) {
        this.scratch = scratch;
        this.signature = signature;
    }

    /** The task with such models, which are written below its output folder. */
    static StageTask of(StageTask task) {
        var exports =
                new TensorFlowModels(task.output().resolve("tensorflow"), task.plan().signature());
        var models = task.models().stream().map(exports::export).toList();
        return new StageTask(
                task.runId(),
                task.plan(),
                task.step(),
                models,
                task.data(),
                task.dataDigest(),
                task.lineage(),
                task.output(),
                task.checkpoints(),
                task.checkpointSeconds(),
                task.preparation());
    }

    private LocalModel export(LocalModel model) {
        if (model.label().equals(RunModel.ORIGINAL)) {
            return model;
        }
        var graph = ModelReading.read(model, signature).graph();
        if (!QuantizedGraph.of(graph).isQuantized()) {
            return model;
        }
        KernelAvailability.requireRegistered();
        var folder = scratch.resolve(model.label());
        TensorFlowExport.of(graph, Precision.INT8).write(folder, new ExportMetadata("", Map.of()));
        return new LocalModel(
                model.label(), folder, model.digest(), packedBytes(folder), model.notes());
    }

    private long packedBytes(Path folder) {
        var packed = scratch.resolve("packed.tar.gz");
        try {
            long size = Archive.pack(folder, packed).sizeBytes();
            Files.delete(packed);
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + folder, e);
        }
    }
}
