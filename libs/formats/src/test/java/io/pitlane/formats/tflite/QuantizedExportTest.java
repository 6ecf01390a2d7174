package io.pitlane.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.ExportComparison;
import io.pitlane.formats.onnx.QuantizedComparison;
import io.pitlane.graph.FlatGraph;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized networks in TensorFlow Lite against their simulation in TensorFlow. */
class QuantizedExportTest {
    /** XNNPACK has no kernel for them on integers, TensorFlow Lite has. */
    private static final List<String> WITHOUT_INT8_KERNEL =
            List.of("AVERAGE_POOL_2D", "HARD_SWISH", "RESIZE_NEAREST_NEIGHBOR");

    /** Of convolutions of volumes in float32, and of their weights. */
    private static final List<String> OF_VOLUMES = List.of("CONV_3D", "DEQUANTIZE");

    static Stream<String> names() {
        return QuantizedComparison.networks().keySet().stream()
                .filter(name -> !name.equals(QuantizedComparison.POOLED_VOLUMES));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyLayerGivesTheIntegersOfTheSimulation(String name) {
        QuantizedComparison.assertSameIntegers(
                name,
                (graph, inputs) -> {
                    try (var model = TfliteModel.open(bytes(graph))) {
                        return model.run(inputs);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("names")
    void xnnpackTakesEveryOperatorThatItHasAKernelFor(String name) {
        try (var model = TfliteModel.open(bytes(QuantizedComparison.quantized(name)))) {
            assertThat(model.operatorsOutsideXnnpack())
                    .isSubsetOf(
                            name.equals("convolutions of volumes")
                                    ? OF_VOLUMES
                                    : WITHOUT_INT8_KERNEL);
        }
    }

    private static byte[] bytes(FlatGraph graph) {
        return TfliteExport.of(graph, Precision.INT8).toBytes(ExportComparison.METADATA);
    }
}
