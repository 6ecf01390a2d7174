package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedGraphTest {
    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aMaskedGraphComputesWhatTheCutOneDoes(String name) {
        assertMaskedLikeCut(SampleGraphs.all().get(name).get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keras2-residual",
                "keras3-swish",
                "keras3-grouped",
                "keras3-unet",
                "keras2-detector"
            })
    void aRealModelMaskedComputesWhatItsCutDoes(String name) throws IOException {
        assertMaskedLikeCut(SavedModelReader.read(RealModels.unpack(name, folder)));
    }

    private static void assertMaskedLikeCut(FlatGraph shared) {
        // Given
        var graph = VectorUnsharing.apply(shared);
        var masked = new MaskedGraph(graph, DependencyGraph.of(graph));
        var pruned = new ChannelPruning(0.5).prune(graph);
        var images = images(graph);

        try (var session = GraphSession.open(masked.graph());
                var original = GraphSession.open(graph);
                var cut = GraphSession.open(pruned.graph())) {
            // When
            var all = session.with(masked.without(Set.of())).predict(images);
            var some = session.with(masked.without(pruned.removed())).predict(images);

            // Then
            for (var port : graph.signature().outputs()) {
                assertClose(all.of(port.name()), original.predict(images).of(port.name()));
                assertClose(some.of(port.name()), cut.predict(images).of(port.name()));
            }
            assertThat(pruned.removed()).isNotEmpty();
        }
    }

    private static void assertClose(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double largest = 1e-3;
        for (float value : expected.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < actual.values().length; i++) {
            assertThat((double) actual.values()[i])
                    .isCloseTo(expected.values()[i], within(1e-4 * largest));
        }
    }

    private static FloatTensor images(FlatGraph graph) {
        var port = ModelInputs.of(graph.signature(), InputSpec.DEFAULT).image();
        var shape = port.shape().stream().mapToLong(size -> size < 0 ? 2 : size).toArray();
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        var random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }
}
