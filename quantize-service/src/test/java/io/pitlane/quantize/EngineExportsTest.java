package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks after post-training quantization, run by every engine. */
class EngineExportsTest {
    private static final FloatTensor IMAGES =
            Int8Fixture.unsigned(4, 16, 16, 3).map(value -> value / 255);

    @TempDir private Path folder;

    static Stream<String> names() {
        return QuantizedNets.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyEngineComputesWhatTheGraphSimulates(String name) {
        // Given
        var graph = QuantizedNets.all().get(name).get();
        var quantized =
                new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(IMAGES)).graph();
        var floats = simulated(graph);

        // When
        var simulated = simulated(quantized);

        // Then: an engine differs from the simulation by less than the simulation from float
        for (var format : ModelFormat.values()) {
            var computed = computed(quantized, format);
            for (var output : simulated.keySet()) {
                double loss = error(simulated.get(output), floats.get(output));
                assertThat(loss).as(output).isBetween(1e-6, 0.08);
                assertThat(error(computed.get(output), simulated.get(output)))
                        .as("%s on %s", output, format)
                        .isLessThan(loss);
            }
        }
    }

    private Map<String, FloatTensor> computed(FlatGraph quantized, ModelFormat format) {
        var file = folder.resolve(format.fileName());
        ModelExports.of(format, quantized, Precision.INT8).write(file, ExportMetadata.of(Map.of()));
        try (var model = InferenceEngine.of(format.engine()).load(file, LoadOptions.DEFAULT)) {
            return model.predict(IMAGES).byName();
        }
    }

    private static Map<String, FloatTensor> simulated(FlatGraph graph) {
        var ports = graph.signature().outputs();
        try (var session = GraphSession.open(graph)) {
            var values = session.run(IMAGES, ports.stream().map(port -> port.tensor()).toList());
            var byName = new HashMap<String, FloatTensor>();
            for (int i = 0; i < ports.size(); i++) {
                byName.put(ports.get(i).name(), values.get(i));
            }
            return byName;
        }
    }

    private static double error(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.values().length; i++) {
            error += Math.pow(actual.values()[i] - expected.values()[i], 2);
            size += Math.pow(expected.values()[i], 2);
        }
        return Math.sqrt(error / size);
    }
}
