package io.pitlane.formats.tensorflow;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * A flat graph as a SavedModel that stock TensorFlow runs. The layers of a quantized graph become
 * oneDNN's int8 kernels, which TensorFlow on x86-64 has; what they do not support runs in float.
 *
 * <pre>{@code
 * var export = TensorFlowExport.of(SavedModelReader.read(folder), Precision.INT8);
 * export.write(Path.of("model"), metadata);
 * }</pre>
 */
public final class TensorFlowExport implements ModelExport {
    private final FlatGraph graph;

    private TensorFlowExport(FlatGraph graph) {
        this.graph = graph;
    }

    /**
     * Converts a graph.
     *
     * @param precision FLOAT32, or INT8 for the layers that are quantized
     * @throws IllegalArgumentException for FLOAT16, which TensorFlow would compute in
     */
    public static TensorFlowExport of(FlatGraph graph, Precision precision) {
        return switch (precision) {
            case FLOAT32 -> new TensorFlowExport(QuantizedGraph.of(graph).floats());
            case INT8 -> new TensorFlowExport(Int8Lowering.lower(QuantizedGraph.of(graph)));
            case FLOAT16 ->
                    throw new IllegalArgumentException("no weights of float16 in a SavedModel");
        };
    }

    /** The graph that is written. */
    public FlatGraph graph() {
        return graph;
    }

    @Override
    public ModelFormat format() {
        return ModelFormat.TENSORFLOW;
    }

    @Override
    public List<ExportObstacle> obstacles() {
        return List.of();
    }

    /** Writes {@code saved_model.pb} into a folder; the format has no place for metadata. */
    @Override
    public void write(Path target, ExportMetadata metadata) {
        SavedModelWriter.write(graph, target);
    }
}
