package io.pitlane.formats.tensorflow;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A flat graph as a SavedModel that stock TensorFlow runs. The layers of a quantized graph become
 * oneDNN's int8 kernels, which TensorFlow on x86-64 has; what they do not support runs in float.
 * Those of a {@link Bfloat16Graph} compute in bfloat16, as fast as the processor does.
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
     * @param precision FLOAT32, or INT8 or BFLOAT16 for the layers that are quantized to it
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT for FLOAT16, which
     *     TensorFlow would compute in, and for INT8 and BFLOAT16 where no layer is quantized to it
     */
    public static TensorFlowExport of(FlatGraph graph, Precision precision) {
        var bfloat16 = Bfloat16Graph.of(graph);
        var apart = QuantizedGraph.of(bfloat16.floats());
        return switch (precision) {
            case FLOAT32 -> new TensorFlowExport(apart.floats());
            case INT8 -> new TensorFlowExport(Int8Lowering.lower(requireQuantized(apart)));
            case BFLOAT16 ->
                    new TensorFlowExport(Bfloat16Lowering.lower(requireBfloat16(bfloat16)));
            case FLOAT16 ->
                    throw invalidInput(
                            "A SavedModel has no form with weights of float16.",
                            "Choose float32, bfloat16 or int8, or another format.");
        };
    }

    /** The names of the layers that are int8 kernels in an export in INT8. */
    public static Set<String> int8Layers(FlatGraph graph) {
        var quantized = QuantizedGraph.of(graph);
        var shapes = InferredShapes.of(quantized.floats());
        return KernelSelection.of(quantized, shapes).layers().stream()
                .map(FusedLayer::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What the kernels of an export compute: the same graph without the rounding that they leave
     * out. A kernel that adds a residual rounds only the sum, not what it adds it to.
     */
    public static FlatGraph computed(FlatGraph graph) {
        var quantized = QuantizedGraph.of(graph);
        var layers = KernelSelection.of(quantized, InferredShapes.of(quantized.floats())).layers();
        var editor = graph.edit();
        for (var layer : layers) {
            for (var inner : layer.innerNodes(quantized.floats())) {
                graph.uses(TensorRef.of(inner)).stream()
                        .map(FlatGraph.Use::consumer)
                        .filter(node -> FakeQuantization.of(graph, node).isPresent())
                        .forEach(
                                node ->
                                        editor.redirect(
                                                TensorRef.of(node.getName()), TensorRef.of(inner)));
            }
        }
        return editor.build();
    }

    private static Bfloat16Graph requireBfloat16(Bfloat16Graph graph) {
        if (graph.isEmpty()) {
            throw invalidInput(
                    "The model has no layers in bfloat16, so there is nothing to export in it.",
                    "Quantize it first, with the step quantize and scheme bfloat16, or export it in"
                            + " float32.");
        }
        return graph;
    }

    private static QuantizedGraph requireQuantized(QuantizedGraph graph) {
        if (!graph.isQuantized()) {
            throw invalidInput(
                    "The model has no quantized layers, so there is nothing to export in int8.",
                    "Quantize it first, with the step quantize, or export it in float32.");
        }
        return graph;
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
