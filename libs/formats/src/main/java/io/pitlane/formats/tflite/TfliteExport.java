package io.pitlane.formats.tflite;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ExportFile;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.QuantizedLayers;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A flat graph as a TFLite model, of schema version 3.
 *
 * <p>Inputs and outputs keep the names, types and shapes of the signature, in a signature
 * definition; an open size is -1 in {@code shape_signature} and 1 in {@code shape}, so a caller
 * resizes the input to its batch. Images are {@code [N, H, W, C]} throughout. Batch norm is folded
 * into the layers before it; bias and activation belong to the operator of their layer. Constants
 * are aligned to 16 bytes.
 *
 * <p>With {@link Precision#FLOAT16} float constants are float16 behind a DEQUANTIZE, which XNNPACK
 * takes out when it loads the model. With {@link Precision#INT8} a tensor behind a fake
 * quantization is held in int8 of the same scale; an unsigned one has its zero point lowered by
 * 128. A layer with quantized input, kernel and result runs in int8, with an int32 bias; what only
 * moves values runs on the integers; everything else runs in float32 between DEQUANTIZE and
 * QUANTIZE. Inputs and outputs stay float32.
 *
 * <pre>{@code
 * var export = TfliteExport.of(SavedModelReader.read(folder), Precision.FLOAT32);
 * export.obstacles().forEach(System.out::println);
 * export.write(Path.of("model.tflite"), new ExportMetadata("1.0", Map.of()));
 * }</pre>
 */
public final class TfliteExport implements ModelExport {
    private final TfliteConversion conversion;

    private TfliteExport(TfliteConversion conversion) {
        this.conversion = conversion;
    }

    /**
     * Converts a graph; what cannot be converted is among the {@link #obstacles()}.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT for {@link Precision#INT8}
     *     where nothing is quantized
     */
    public static TfliteExport of(FlatGraph graph, Precision precision) {
        var quantized = QuantizedGraph.of(graph);
        if (precision == Precision.INT8 && !quantized.isQuantized()) {
            throw invalidInput(
                    "The model has no quantized layers, so there is nothing to export in int8.",
                    "Quantize it first, or export it with --precision float32 or float16.");
        }
        return new TfliteExport(
                TfliteConversion.of(
                        precision == Precision.INT8 ? graph : quantized.floats(), precision));
    }

    @Override
    public ModelFormat format() {
        return ModelFormat.TFLITE;
    }

    @Override
    public List<ExportObstacle> obstacles() {
        return conversion.obstacles();
    }

    /**
     * The names of the layers of an export in INT8 that TFLite computes by int8 kernels: those
     * whose result is rounded, but convolutions of volumes.
     */
    public static Set<String> int8Layers(FlatGraph graph) {
        var quantized = QuantizedLayers.of(graph);
        return quantized.layers().stream()
                .filter(quantized::hasInt8Output)
                .filter(layer -> !layer.product().getOp().equals("Conv3D"))
                .map(FusedLayer::name)
                .collect(Collectors.toUnmodifiableSet());
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
