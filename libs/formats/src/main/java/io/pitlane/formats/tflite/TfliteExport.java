package io.pitlane.formats.tflite;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ExportFile;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import java.nio.file.Path;
import java.util.List;

/**
 * A flat graph as a TFLite model, of schema version 3.
 *
 * <p>Inputs and outputs keep the names, types and shapes of the signature, in a signature
 * definition; an open size is -1 in {@code shape_signature} and 1 in {@code shape}, so a caller
 * resizes the input to its batch. Images are {@code [N, H, W, C]} throughout. Batch norm is folded
 * into the layers before it; bias and activation belong to the operator of their layer. Constants
 * are aligned to 16 bytes.
 *
 * <pre>{@code
 * var export = TfliteExport.of(SavedModelReader.read(folder), Precision.FLOAT32);
 * export.obstacles().forEach(System.out::println);
 * export.write(Path.of("model.tflite"), new ExportMetadata("1.0", Map.of()));
 * }</pre>
 */
public final class TfliteExport implements ModelExport {
    private final Conversion conversion;

    private TfliteExport(Conversion conversion) {
        this.conversion = conversion;
    }

    /** Converts a graph; what cannot be converted is among the {@link #obstacles()}. */
    public static TfliteExport of(FlatGraph graph, Precision precision) {
        return new TfliteExport(Conversion.of(graph, precision));
    }

    @Override
    public ModelFormat format() {
        return ModelFormat.TFLITE;
    }

    @Override
    public List<ExportObstacle> obstacles() {
        return conversion.obstacles();
    }

    /** The TensorFlow operations that can be exported. */
    public static List<String> operations() {
        return TfliteOperations.names().stream().sorted().toList();
    }

    /**
     * The model as bytes.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there are obstacles;
     *     it names all of them
     */
    public byte[] toBytes(ExportMetadata metadata) {
        ExportObstacle.requireNone("TFLite", obstacles());
        return ModelFile.of(conversion, metadata);
    }

    @Override
    public void write(Path file, ExportMetadata metadata) {
        var bytes = toBytes(metadata);
        ExportFile.write(file, out -> out.write(bytes));
    }
}
