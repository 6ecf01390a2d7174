package io.pitlane.bench;

import io.pitlane.contract.run.RunModel;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models of a run as TensorFlow is to run them: a quantized graph with int8 kernels, and the
 * candidate with the input that it is delivered with. Where this TensorFlow has no such kernels,
 * the graph is left as it is, and its simulation is measured.
 *
 * @param task the task with such models, which are written below its output folder
 * @param withoutInt8 why TensorFlow runs no int8 here, as the end of a sentence; empty where it
 *     does
 */
record TensorFlowModels(StageTask task, Optional<String> withoutInt8) {

    /** The models of a task. */
    static TensorFlowModels of(StageTask sent, Optional<String> withoutInt8) {
        var scratch = sent.output().resolve("tensorflow");
        var models =
                sent.models().stream()
                        .map(model -> runnable(sent, model, scratch, withoutInt8))
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
                withoutInt8);
    }

    private static LocalModel runnable(
            StageTask sent, LocalModel model, Path scratch, Optional<String> withoutInt8) {
        if (model.label().equals(RunModel.ORIGINAL)) {
            return model;
        }
        var read = ModelReading.read(model, sent.plan().signature()).graph();
        var graph = model.equals(sent.current()) ? DeliveredInput.of(sent).applied(read) : read;
        var packed = packed(model, read);
        if (!QuantizedGraph.of(graph).isQuantized()) {
            return graph == read ? packed : written(packed, graph, Precision.FLOAT32, scratch);
        }
        return withoutInt8.isPresent()
                ? simulated(packed, withoutInt8.get())
                : written(packed, graph, Precision.INT8, scratch);
    }

    /** With the size of the packed file, from which the model can be written in every format. */
    private static LocalModel packed(LocalModel model, FlatGraph graph) {
        return new LocalModel(
                model.label(),
                model.savedModel(),
                model.digest(),
                PackedModelWriter.pack(graph).length,
                model.notes());
    }

    private static LocalModel simulated(LocalModel model, String withoutInt8) {
        var note =
                "On TensorFlow this is the simulation in float, in size, accuracy and speed: %s."
                        .formatted(withoutInt8);
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
