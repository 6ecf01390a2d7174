package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.QuantizedSample;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import org.junit.jupiter.api.Test;

/** What a precision means for a graph that is quantized, and for one that is not. */
class PrecisionTest {
    private static final int ANY_SIDE = 16;

    @Test
    void aFloat32ExportOfAQuantizedGraphIsThatOfTheGraphWithoutItsFakeQuantization()
            throws OrtException {
        // Given
        var graph =
                QuantizedSample.of(
                        SampleGraphs.residual(),
                        ExportComparison.images(SampleGraphs.residual(), ANY_SIDE, 4));

        // When
        var model = OnnxExport.of(graph).toBytes(ExportComparison.METADATA);

        // Then
        ExportComparison.assertEqual(model, QuantizedGraph.of(graph).floats(), ANY_SIDE, 2);
    }

    @Test
    void aGraphWithoutQuantizedLayersHasNoInt8Export() {
        assertThatThrownBy(() -> OnnxExport.of(SampleGraphs.plain(), Precision.INT8))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("no quantized layers");
    }

    @Test
    void activationsOf16BitsStayFloat() throws OrtException {
        // Given
        var graph = activationsOf16Bits();

        // When
        var export = OnnxExport.of(graph, Precision.INT8);

        // Then
        assertThat(export.obstacles()).isEmpty();
        ExportComparison.assertEqual(
                export.toBytes(ExportComparison.METADATA),
                QuantizedGraph.of(graph).floats(),
                ANY_SIDE,
                2);
    }

    private static FlatGraph activationsOf16Bits() {
        var net = new TestNet(-1, 8, 8, 3);
        var graph = net.graph(net.relu("x"));
        var edit = graph.edit();
        var sixteen = new Quantization(16, true, new float[] {3}, 0, Quantization.PER_TENSOR);
        edit.setInput(
                "x/relu", 0, FakeQuantization.add(edit, "rounded", TensorRef.of("x"), sixteen));
        return edit.build();
    }
}
