package io.pitlane.formats.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.onnx.ExportComparison;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exports in the Python packages of their engines, against TensorFlow. */
class PythonEngineTest {
    private static final int SIDE = 16;
    private static final int BATCH = 3;

    /** How far an output may be from TensorFlow's, as a share of the largest value. */
    private static final Map<Precision, Double> TOLERANCES =
            Map.of(Precision.FLOAT32, 1e-5, Precision.FLOAT16, 2e-3, Precision.INT8, 0.05);

    private static final List<String> SAMPLES =
            List.of("plain", "residual", "mobile", "unet", "detector");

    @TempDir private Path temp;

    @ParameterizedTest
    @EnumSource(names = {"ONNX", "TFLITE"})
    void exportsGiveTheValuesOfTensorFlow(ModelFormat format) throws IOException {
        // Given
        var missing = PythonEngine.missing(format);
        assumeTrue(missing.isEmpty(), () -> "not compared: " + missing.get());
        var graphs = graphs();
        var engine = new PythonEngine(format, Files.createDirectory(temp.resolve("models")));
        for (var name : graphs.keySet()) {
            var export = ModelExports.of(format, graphs.get(name), precision(name));
            export.write(engine.model(name), ExportComparison.METADATA);
            engine.feed(name, inputs(graphs.get(name)).of(images(graphs.get(name))));
        }

        // When
        engine.run();

        // Then
        for (var name : graphs.keySet()) {
            var actual = engine.outputs(name);
            var expected = simulated(graphs.get(name));
            assertThat(actual.keySet()).as(name).isEqualTo(expected.keySet());
            double tolerance = TOLERANCES.get(precision(name));
            expected.forEach(
                    (port, values) ->
                            assertClose(name + " " + port, actual.get(port), values, tolerance));
        }
    }

    /** Graphs by sample and precision: {@code unet-int8}. */
    private static Map<String, FlatGraph> graphs() {
        var graphs = new LinkedHashMap<String, FlatGraph>();
        for (var sample : SAMPLES) {
            var floats = SampleGraphs.all().get(sample).get();
            for (var precision : TOLERANCES.keySet()) {
                graphs.put(
                        sample + "-" + precision.label(),
                        precision == Precision.INT8
                                ? QuantizedSample.of(floats, images(floats))
                                : floats);
            }
        }
        return graphs;
    }

    private static Precision precision(String name) {
        return Precision.valueOf(name.substring(name.indexOf('-') + 1).toUpperCase(Locale.ROOT));
    }

    private static FloatTensor images(FlatGraph graph) {
        return ExportComparison.images(graph, SIDE, BATCH);
    }

    private static ModelInputs inputs(FlatGraph graph) {
        return ModelInputs.of(graph.signature(), InputSpec.DEFAULT);
    }

    private static Map<String, FloatTensor> simulated(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.predict(images(graph)).byName();
        }
    }

    private static void assertClose(
            String name, FloatTensor actual, FloatTensor expected, double tolerance) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.values().length; i++) {
            float value = expected.values()[i];
            largest = Math.max(largest, Math.abs(value));
            difference = Math.max(difference, Math.abs(actual.values()[i] - value));
        }
        assertThat(difference / largest).as(name).isLessThanOrEqualTo(tolerance);
    }
}
