package io.pitlane.formats;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.formats.tflite.TfliteExport;
import io.pitlane.graph.FlatGraph;
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
     *     such precision, or no layer is quantized for int8
     */
    public static ModelExport of(ModelFormat format, FlatGraph graph, Precision precision) {
        return switch (format) {
            case TENSORFLOW -> TensorFlowExport.of(graph, precision);
            case ONNX -> OnnxExport.of(graph, precision);
            case TFLITE -> TfliteExport.of(graph, precision);
        };
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
        return format == ModelFormat.TENSORFLOW ? TensorFlowExport.computed(graph) : graph;
    }

    /** The precision of a graph: INT8 where it is quantized. */
    public static Precision precisionOf(FlatGraph graph) {
        return QuantizedGraph.of(graph).isQuantized() ? Precision.INT8 : Precision.FLOAT32;
    }
}
