package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.run.RunModel;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The models of a run as TensorFlow is to run them: a quantized graph with kernels of int8 or
 * bfloat16, and the candidate with the input that it is delivered with. Where there are no such
 * kernels here, the graph is left as it is, and its simulation is measured.
 *
 * @param task the task with such models, which are written below its output folder
 * @param engines of this machine
 * @param packed the packed files of the models
 */
record TensorFlowModels(StageTask task, EngineAvailability engines, PackedModels packed) {

    /** The models of a task. */
    static TensorFlowModels of(StageTask sent, EngineAvailability engines) {
        var scratch = sent.output().resolve("tensorflow");
        var packed = new PackedModels(sent.output());
        var models =
                sent.models().stream()
                        .map(model -> runnable(sent, model, scratch, engines, packed))
                        .toList();
        return new TensorFlowModels(
                new StageTask(
                        sent.runId(),
                        sent.plan(),
                        sent.step(),
                        models,
                        sent.data(),
                        sent.dataDigest(),
                        sent.lineage(),
                        sent.output(),
                        sent.checkpoints(),
                        sent.checkpointSeconds(),
                        sent.preparation()),
                engines,
                packed);
    }

    private static LocalModel runnable(
            StageTask sent,
            LocalModel model,
            Path scratch,
            EngineAvailability engines,
            PackedModels packed) {
        if (model.label().equals(RunModel.ORIGINAL)) {
            return model;
        }
        var read = ModelReading.read(model, sent.plan().signature()).graph();
        var graph = model.equals(sent.current()) ? DeliveredInput.of(sent).applied(read) : read;
        var sized = sized(model, packed.of(model.label(), read));
        var precision = ModelExports.precisionOf(ModelFormat.TENSORFLOW, graph);
        if (engines.simulated().containsKey(precision)) {
            return noted(
                    sized,
                    "On TensorFlow this is the simulation in float, in size, accuracy and speed: %s."
                            .formatted(engines.simulated().get(precision)));
        }
        if (precision == Precision.FLOAT32 && graph == read) {
            return sized;
        }
        var written = written(sized, graph, precision, scratch);
        return precision == Precision.BFLOAT16
                ? noted(
                        written,
                        "On TensorFlow %d layers compute in bfloat16, by the processor's instructions."
                                .formatted(Bfloat16Graph.of(graph).layers().size()))
                : written;
    }

    /** With the size of the packed file. */
    private static LocalModel sized(LocalModel model, Path packed) {
        return new LocalModel(
                model.label(),
                model.savedModel(),
                model.digest(),
                ModelSizeProbe.bytes(packed),
                model.notes());
    }

    private static LocalModel noted(LocalModel model, String note) {
        return new LocalModel(
                model.label(),
                model.savedModel(),
                model.digest(),
                model.packedBytes(),
                Stream.concat(model.notes().stream(), Stream.of(note)).toList());
    }

    private static LocalModel written(
            LocalModel model, FlatGraph graph, Precision precision, Path scratch) {
        var folder = scratch.resolve(model.label());
        TensorFlowExport.of(graph, precision).write(folder, ExportMetadata.of(Map.of()));
        return new LocalModel(
                model.label(), folder, model.digest(), model.packedBytes(), model.notes());
    }
}
