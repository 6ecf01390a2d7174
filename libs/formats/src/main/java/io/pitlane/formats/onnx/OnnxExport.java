package io.pitlane.formats.onnx;

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
 * A flat graph as an ONNX model, in operator set 13 and IR version 8.
 *
 * <p>Inputs and outputs keep the names, types and shapes of the signature: images stay {@code [N,
 * H, W, C]} for the caller, and an open batch is the dimension {@code batch}. Inside, images are
 * {@code [N, C, H, W]} from the first convolution on; a transposition is written only where an
 * operation, or an output, needs TensorFlow's order. Batch norm is folded into the layers before
 * it, a bias is an input of its layer, and sizes computed from the batch are constants.
 *
 * <p>With {@link Precision#FLOAT16} the kernels of layers are float16, each behind a Cast to
 * float32. With {@link Precision#INT8} every fake quantization of a quantized graph is a pair of
 * QuantizeLinear and DequantizeLinear (QDQ), kernels are int8 and biases int32.
 *
 * <pre>{@code
 * var export = OnnxExport.of(SavedModelReader.read(folder));
 * export.obstacles().forEach(System.out::println);
 * export.write(Path.of("model.onnx"), new ExportMetadata("1.0", Map.of()));
 * }</pre>
 */
public final class OnnxExport implements ModelExport {
    private final OnnxConversion conversion;

    private OnnxExport(OnnxConversion conversion) {
        this.conversion = conversion;
    }

    /** Converts a graph to float32; what cannot be converted is among the obstacles. */
    public static OnnxExport of(FlatGraph graph) {
        return of(graph, Precision.FLOAT32);
    }

    /**
     * Converts a graph; what cannot be converted is among the {@link #obstacles()}.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when int8 is asked for and
     *     nothing in the graph is quantized
     */
    public static OnnxExport of(FlatGraph graph, Precision precision) {
        if (precision == Precision.INT8 && !QuantizedGraph.of(graph).isQuantized()) {
            throw invalidInput(
                    "The model has no quantized layers, so there is nothing to export in int8.",
                    "Quantize it first, or export it with --precision float32 or float16.");
        }
        return new OnnxExport(OnnxConversion.of(graph, precision));
    }

    @Override
    public ModelFormat format() {
        return ModelFormat.ONNX;
    }

    @Override
    public List<ExportObstacle> obstacles() {
        return conversion.obstacles();
    }

    /**
     * The names of the layers of an export in INT8 that ONNX Runtime computes by int8 kernels: it
     * has none for transposed convolutions, and one for a convolution whose result is rounded.
     */
    public static Set<String> int8Layers(FlatGraph graph) {
        var quantized = QuantizedLayers.of(graph);
        return quantized.layers().stream()
                .filter(layer -> !layer.transposed())
                .filter(layer -> !layer.convolution() || quantized.hasInt8Output(layer))
                .map(FusedLayer::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The TensorFlow operations that can be exported. */
    public static List<String> operations() {
        return OnnxOperations.names().stream().sorted().toList();
    }

    /**
     * The model as bytes.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there are obstacles;
     *     it names all of them
     */
    public byte[] toBytes(ExportMetadata metadata) {
        requireNoObstacles();
        return conversion.result().toModel(metadata).toByteArray();
    }

    @Override
    public void write(Path file, ExportMetadata metadata) {
        requireNoObstacles();
        ExportFile.write(file, out -> conversion.result().toModel(metadata).writeTo(out));
    }

    private void requireNoObstacles() {
        ExportObstacle.requireNone("ONNX", obstacles());
    }
}
