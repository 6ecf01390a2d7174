package io.pitlane.engines;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** One network in the format of every engine. */
final class TestModels {
    static final FlatGraph GRAPH = SampleGraphs.plain();

    private TestModels() {}

    /** Writes it below a folder; the file or folder that the engine loads. */
    static Path write(Engine engine, Path folder) throws IOException {
        var target = folder.resolve(ModelFormat.of(engine).fileName());
        switch (engine) {
            case TENSORFLOW -> SavedModelWriter.write(GRAPH, target);
            case ONNXRUNTIME ->
                    OnnxExport.of(GRAPH).write(target, new ExportMetadata("test", Map.of()));
            case TFLITE -> Files.write(target, TfliteWriter.plain(GRAPH));
        }
        return target;
    }

    static FloatTensor images(int batch) {
        var random = new Random(17 + batch);
        var values = new float[batch * 16 * 16 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return new FloatTensor(values, batch, 16, 16, 3);
    }
}
