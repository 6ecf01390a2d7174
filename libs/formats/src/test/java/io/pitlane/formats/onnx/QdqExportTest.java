package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.QuantizedSample;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized networks in ONNX Runtime against their simulation in TensorFlow. */
class QdqExportTest {
    private static final String LARGE = "a segmenter of large images";
    private static final int SIDE = 16;
    private static final int BATCH = 16;

    /** Sums that lie between two integers are rounded up by one and down by the other. */
    private static final double MAX_SHARE_OFF_BY_ONE = 0.01;

    /** Networks of all kinds by name. */
    static Map<String, Supplier<FlatGraph>> networks() {
        var networks = new TreeMap<>(SampleGraphs.all());
        networks.remove("fixedBatch");
        networks.putAll(QuantizedNets.all());
        networks.put(LARGE, () -> SampleGraphs.unet(256));
        return networks;
    }

    static Stream<String> names() {
        return networks().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyLayerGivesTheIntegersOfTheSimulation(String name) throws OrtException {
        // Given
        var floats = networks().get(name).get();
        var images = ExportComparison.images(floats, SIDE, name.equals(LARGE) ? 1 : BATCH);
        var graph = QuantizedSample.of(floats, images);
        var activations = QuantizedSegment.activations(graph);

        // When
        var simulated = simulated(graph, activations, images);

        // Then
        for (var activation : activations.entrySet()) {
            var segment = QuantizedSegment.before(graph, activation.getKey());
            if (!segment.sources().isEmpty()) {
                assertSameIntegers(
                        activation.getKey(),
                        activation.getValue(),
                        inOnnxRuntime(segment, simulated),
                        simulated.get(activation.getKey()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void kernelsThatDoNotSaturateGiveTheSameBits(String name) throws OrtException {
        // Given
        var floats = networks().get(name).get();
        var images = ExportComparison.images(floats, SIDE, name.equals(LARGE) ? 1 : BATCH);
        var graph = QuantizedSample.of(floats, images);
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

    private static Map<String, FloatTensor> simulated(
            FlatGraph graph, Map<String, Quantization> activations, FloatTensor images) {
        var names = new ArrayList<>(activations.keySet());
        try (var session = GraphSession.open(graph)) {
            var values = session.run(images, names.stream().map(TensorRef::of).toList());
            var byName = new HashMap<String, FloatTensor>();
            for (int i = 0; i < names.size(); i++) {
                byName.put(names.get(i), values.get(i));
            }
            return byName;
        }
    }

    private static FloatTensor inOnnxRuntime(
            QuantizedSegment segment, Map<String, FloatTensor> values) throws OrtException {
        var ports = segment.graph().signature().inputs();
        var inputs =
                IntStream.range(0, ports.size())
                        .mapToObj(
                                i ->
                                        new InputValue(
                                                ports.get(i), values.get(segment.sources().get(i))))
                        .toList();
        var model =
                OnnxExport.of(segment.graph(), Precision.INT8).toBytes(ExportComparison.METADATA);
        try (var onnx = OnnxRuntimeModel.open(model)) {
            return onnx.run(inputs).values().iterator().next();
        }
    }

    private static void assertSameIntegers(
            String name, Quantization quantization, FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        int offByOne = 0;
        for (int i = 0; i < expected.values().length; i++) {
            int difference =
                    Math.abs(
                            quantization.quantize(actual.values()[i], 0)
                                    - quantization.quantize(expected.values()[i], 0));
            assertThat(difference).as("%s[%d]", name, i).isLessThanOrEqualTo(1);
            offByOne += difference;
        }
        assertThat(offByOne)
                .as("%s: integers off by one", name)
                .isLessThanOrEqualTo(
                        Math.max(1, (int) (MAX_SHARE_OFF_BY_ONE * expected.values().length)));
    }
}
