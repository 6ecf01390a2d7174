package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.export.QuantizedSample;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Compares int8 exports layer by layer with the simulation of the quantized graph in TensorFlow.
 */
public final class QuantizedComparison {
    /** A network that TFLite has no operator for. */
    public static final String POOLED_VOLUMES = "convolutions of volumes, pooled";

    private static final String LARGE = "a segmenter of large images";
    private static final int SIDE = 16;
    private static final int BATCH = 16;

    /** Sums that lie between two integers are rounded up by one and down by the other. */
    private static final double MAX_SHARE_OFF_BY_ONE = 0.01;

    private QuantizedComparison() {}

    /**
     * An engine.
     *
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Engine<E extends Exception> {
        /** Exports a quantized graph in int8 and runs it. */
        Map<String, FloatTensor> run(FlatGraph graph, List<InputValue> inputs) throws E;
    }

    /** Networks of all kinds by name. */
    public static Map<String, Supplier<FlatGraph>> networks() {
        var networks = new TreeMap<>(SampleGraphs.all());
        networks.remove("fixedBatch");
        networks.putAll(QuantizedNets.all());
        networks.put(LARGE, () -> SampleGraphs.unet(256));
        return networks;
    }

    /** A network quantized for random images. */
    public static FlatGraph quantized(String network) {
        var floats = networks().get(network).get();
        return QuantizedSample.of(floats, images(network, floats));
    }

    /** Random images for a network. */
    public static FloatTensor images(String network, FlatGraph graph) {
        return ExportComparison.images(graph, SIDE, network.equals(LARGE) ? 1 : BATCH);
    }

    /** Every quantized tensor of a network against its simulation. */
    public static <E extends Exception> void assertSameIntegers(String network, Engine<E> engine)
            throws E {
        // Given
        var graph = quantized(network);
        var images = images(network, graph);
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
                        computed(segment, simulated, engine),
                        simulated.get(activation.getKey()));
            }
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

    private static <E extends Exception> FloatTensor computed(
            QuantizedSegment segment, Map<String, FloatTensor> values, Engine<E> engine) throws E {
        var ports = segment.graph().signature().inputs();
        var inputs =
                IntStream.range(0, ports.size())
                        .mapToObj(
                                i ->
                                        new InputValue(
                                                ports.get(i), values.get(segment.sources().get(i))))
                        .toList();
        return engine.run(segment.graph(), inputs).values().iterator().next();
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
