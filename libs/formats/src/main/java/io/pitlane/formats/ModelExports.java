package io.pitlane.formats;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.formats.tflite.TfliteExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.Set;

/** The export of a graph to each format. */
public final class ModelExports {
    private ModelExports() {}

    /**
     * Converts a graph to a format.
     *
     * @return the export, with its obstacles
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the format has no
     *     such precision, or no layer of the graph has it
     */
    public static ModelExport of(ModelFormat format, FlatGraph graph, Precision precision) {
        return switch (format) {
            case TENSORFLOW -> TensorFlowExport.of(graph, precision);
            case ONNX -> OnnxExport.of(computed(format, graph), supported(format, precision));
            case TFLITE -> TfliteExport.of(computed(format, graph), supported(format, precision));
        };
    }

    private static Precision supported(ModelFormat format, Precision precision) {
        if (precision == Precision.BFLOAT16) {
            throw invalidInput(
                    "%s has no kernels of bfloat16.".formatted(format.engine().title()),
                    "Choose float32, in which it computes with the rounded weights, or tensorflow.");
        }
        return precision;
    }

    /**
     * The names of the layers that the engine of a format computes by int8 kernels, in the export
     * of a quantized graph. It computes the other ones in float, from their rounded weights.
     */
    public static Set<String> int8Layers(ModelFormat format, FlatGraph graph) {
        return switch (format) {
            case TENSORFLOW -> TensorFlowExport.int8Layers(graph);
            case ONNX -> OnnxExport.int8Layers(graph);
            case TFLITE -> TfliteExport.int8Layers(graph);
        };
    }

    /**
     * What the engine of a format computes from the export of a graph: the graph, without rounding
     * that its kernels leave out.
     */
    public static FlatGraph computed(ModelFormat format, FlatGraph graph) {
        if (precisionOf(format, graph) == Precision.BFLOAT16) {
            return graph;
        }
        var floats = Bfloat16Graph.of(graph).floats();
        return format == ModelFormat.TENSORFLOW ? TensorFlowExport.computed(floats) : floats;
    }

    /**
     * The precision of a graph in a format: INT8 where it is quantized; else BFLOAT16 where it has
     * bfloat16 layers, for TensorFlow.
     */
    public static Precision precisionOf(ModelFormat format, FlatGraph graph) {
        if (QuantizedGraph.of(graph).isQuantized()) {
            return Precision.INT8;
        }
        return format == ModelFormat.TENSORFLOW && !Bfloat16Graph.of(graph).isEmpty()
                ? Precision.BFLOAT16
                : Precision.FLOAT32;
    }
}
