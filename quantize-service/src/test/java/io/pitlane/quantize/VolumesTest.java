package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.formats.ModelExports;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of 3-D convolutions, as of scans by a lidar over time. */
class VolumesTest {
    private static final FloatTensor VOLUMES =
            Int8Fixture.unsigned(3, 6, 12, 12, 2).map(value -> value / 255);

    @TempDir private Path folder;

    @Test
    void itsLayersAreInt8WhereAnEngineHasKernels() {
        // When
        var model = quantize(Int8Fixture.PLAIN);

        // Then
        assertThat(model.notes())
                .contains(
                        "4 of 4 layers in int8",
                        "TensorFlow computes 3 of them in float: first, second, third",
                        "TFLite computes 4 of them in float: first, second, third, dense");
        assertThat(ModelExports.int8Layers(ModelFormat.ONNX, model.graph()))
                .containsExactlyInAnyOrder("first", "second", "third", "dense");
    }

    @Test
    void everyEngineComputesWhatTheGraphSimulates() {
        // Given
        var quantized = quantize(Int8Fixture.PLAIN).graph();
        var floats = output(net());

        // When
        var simulated = output(quantized);

        // Then
        double loss = EngineFixture.relativeError(floats, simulated);
        assertThat(loss).isBetween(1e-6, 0.05);
        for (var format : ModelFormat.values()) {
            var computed = EngineFixture.output(format, quantized, VOLUMES, folder);
            assertThat(EngineFixture.relativeError(simulated, computed))
                    .as(format.toString())
                    .isLessThan(loss);
        }
    }

    @Test
    void theFloatModelIsExportedToEveryFormat() {
        var floats = output(net());
        for (var format : ModelFormat.values()) {
            var computed = EngineFixture.output(format, net(), VOLUMES, folder);
            assertThat(EngineFixture.relativeError(floats, computed))
                    .as(format.toString())
                    .isLessThan(1e-5);
        }
    }

    @Test
    void equalizationAndBiasCorrectionWorkOnVolumes() {
        // Given
        var floats = output(net());
        var step =
                Int8Fixture.PLAIN.toBuilder()
                        .corrections(new Corrections(true, BiasCorrection.EMPIRICAL, null))
                        .build();

        // When
        var corrected = quantize(step);

        // Then
        assertThat(corrected.notes())
                .anyMatch(note -> note.startsWith("3 pairs of layers equalized"));
        assertThat(EngineFixture.relativeError(floats, output(corrected.graph())))
                .isBetween(1e-6, 0.05);
    }

    private static FlatGraph net() {
        var net = new NetBuilder(5, -1, 6, 12, 12, 2);
        var first = net.unary("Relu", "relu1", net.volumeConv("first", "x", 2, 8, 1));
        var second = net.unary("Relu", "relu2", net.volumeConv("second", first, 8, 12, 2));
        var third = net.unary("Relu", "relu3", net.volumeConv("third", second, 12, 16, 2));
        return net.build(net.dense("dense", net.flatten("flat", third, 2 * 3 * 3 * 16), 288, 5));
    }

    private static QuantizedModel quantize(QuantizeStep step) {
        return new PostTrainingInt8(step).quantize(net(), List.of(VOLUMES));
    }

    private static float[] output(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.run(VOLUMES, graph.signature().outputs().get(0).tensor()).values();
        }
    }
}
