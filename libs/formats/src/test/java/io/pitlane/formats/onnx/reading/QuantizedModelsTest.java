package io.pitlane.formats.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;

/**
 * Models that ONNX Runtime 1.23 quantized (format QDQ, weights int8 per channel, activations
 * uint8), with the outputs that it computed without optimizations.
 */
class QuantizedModelsTest {
    private static final Set<String> KEEPS_QUANTIZATION = Set.of("Pad", "Reshape", "Squeeze");

    @TempDir Path temp;

    static Stream<BackendCase> models() throws URISyntaxException {
        var folder = QuantizedModelsTest.class.getResource("/quantized-onnx").toURI();
        return BackendCase.of(Path.of(folder)).stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void aQuantizedModelGivesTheOutputsOfOnnxRuntime(BackendCase model) throws IOException {
        // When
        var actual = ReadModel.of(model.model(), null, temp).run(model.inputsByName());

        // Then
        var expected = model.outputsByName().get("scores");
        double largest = 0;
        for (float value : expected.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        ReadModel.assertClose("scores", actual.get("scores"), expected, 0, 0.01 * largest);
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyLayerHasQuantizedWeightsAndInputs(BackendCase model) {
        // When
        var graph = ReadModel.of(model.model(), null, temp).flat();

        // Then
        var layers = graph.nodes().stream().filter(node -> Operations.of(node).hasMacs()).toList();
        assertThat(layers).hasSizeGreaterThan(20);
        for (var layer : layers) {
            int axis = Operations.of(layer).name().equals("DepthwiseConv2dNative") ? 2 : 3;
            var weights = FakeQuantization.of(graph, graph.input(layer, 1));
            assertThat(weights).as(layer.getName()).isPresent();
            assertThat(weights.get().signed()).isTrue();
            assertThat(weights.get().axis())
                    .as(layer.getName())
                    .isIn(layer.getOp().equals("MatMul") ? 1 : axis, Quantization.PER_TENSOR);
            assertThat(FakeQuantization.of(graph, source(graph, layer)))
                    .as(layer.getName())
                    .isPresent();
        }
        assertThat(QuantizedGraph.of(graph).floats().nodes()).hasSizeLessThan(graph.nodes().size());
    }

    /** Where a layer's input comes from, apart from padding and reshapes. */
    private static NodeDef source(FlatGraph graph, NodeDef layer) {
        var source = graph.input(layer, 0);
        while (KEEPS_QUANTIZATION.contains(source.getOp())) {
            source = graph.input(source, 0);
        }
        return source;
    }
}
