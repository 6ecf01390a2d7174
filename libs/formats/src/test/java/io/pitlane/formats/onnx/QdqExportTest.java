package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized networks in ONNX Runtime against their simulation in TensorFlow. */
class QdqExportTest {
    static Stream<String> names() {
        return QuantizedComparison.networks().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyLayerGivesTheIntegersOfTheSimulation(String name) throws OrtException {
        QuantizedComparison.assertSameIntegers(
                name,
                (graph, inputs) -> {
                    var model =
                            OnnxExport.of(graph, Precision.INT8).toBytes(ExportComparison.METADATA);
                    try (var onnx = OnnxRuntimeModel.open(model)) {
                        return onnx.run(inputs);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("names")
    void kernelsThatDoNotSaturateGiveTheSameBits(String name) throws OrtException {
        // Given
        var graph = QuantizedComparison.quantized(name);
        var images = QuantizedComparison.images(name, graph);
        var model = OnnxExport.of(graph, Precision.INT8).toBytes(ExportComparison.METADATA);
        var inputs = ModelInputs.of(graph.signature(), InputSpec.DEFAULT).of(images);

        // When
        try (var usual = OnnxRuntimeModel.open(model);
                var precise =
                        OnnxRuntimeModel.open(
                                model,
                                options ->
                                        options.addConfigEntry("session.x64quantprecision", "1"))) {

            // Then
            assertThat(usual.run(inputs)).isEqualTo(precise.run(inputs));
        }
    }
}
