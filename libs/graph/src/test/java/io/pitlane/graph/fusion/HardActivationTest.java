package io.pitlane.graph.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HardActivationTest {
    private static final String X = "x";

    private final TestNet net = new TestNet(-1, 8, 8, 4);

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** Operations in a row, each with a constant as its second operand, or with the input. */
    private record Spelling(boolean swish, double slope, double offset, String... steps) {
        @Override
        public String toString() {
            return String.join(", ", steps);
        }
    }

    static Stream<Spelling> spellings() {
        return Stream.of(
                new Spelling(false, 1 / 6.0, 0.5, "AddV2 3", "Relu6", "RealDiv 6"),
                new Spelling(false, 1 / 6.0, 0.5, "Sub -3", "Relu6", "Mul 0.16666667"),
                new Spelling(false, 1 / 6.0, 0.5, "RealDiv 6", "AddV2 0.5", "Relu", "Minimum 1"),
                new Spelling(false, 0.2, 0.5, "Mul 0.2", "AddV2 0.5", "Minimum 1", "Maximum 0"),
                new Spelling(true, 1 / 6.0, 0.5, "AddV2 3", "Relu6", "RealDiv 6", "Mul x"),
                new Spelling(true, 1 / 6.0, 0.5, "AddV2 3", "Relu6", "Mul x", "RealDiv 6"),
                new Spelling(
                        true,
                        1 / 6.0,
                        0.5,
                        "AddV2 3",
                        "Maximum 0",
                        "Minimum 6",
                        "Mul x",
                        "Mul 0.16666667"));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void everySpellingIsOneActivation(Spelling spelling) {
        // Given
        var graph = graph(spelling.steps());

        // When
        var found = HardActivation.of(graph);

        // Then
        assertThat(found).hasSize(1);
        var activation = found.get(0);
        assertThat(activation.swish()).isEqualTo(spelling.swish());
        assertThat(activation.slope()).isCloseTo((float) spelling.slope(), within(1e-6f));
        assertThat(activation.offset()).isCloseTo((float) spelling.offset(), within(1e-6f));
        assertThat(activation.nodes()).hasSize(spelling.steps().length);
        assertThat(activation.output()).isEqualTo(graph.signature().outputs().get(0).tensor());
        assertThat(activation.slot(graph)).isZero();
        assertComputes(graph, activation);
    }

    /** The formula against what TensorFlow computes from the nodes. */
    private void assertComputes(FlatGraph graph, HardActivation activation) {
        var images = net.images().map(value -> 4 * value);
        try (var session = GraphSession.open(graph)) {
            var computed = session.run(images, activation.output()).values();
            for (int i = 0; i < computed.length; i++) {
                double x = images.values()[i];
                double line = activation.slope() * x + activation.offset();
                double expected = Math.max(0, Math.min(1, line)) * (activation.swish() ? x : 1);
                assertThat((double) computed[i]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    static Stream<List<String>> others() {
        return Stream.of(
                List.of("AddV2 2", "Relu6", "RealDiv 6", "Mul x"),
                List.of("AddV2 3", "Relu6", "RealDiv 3"),
                List.of("AddV2 3", "Relu6", "Mul -0.16666667"),
                List.of("Relu6", "AddV2 3", "RealDiv 6"),
                List.of("AddV2 3", "Relu", "RealDiv 6"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void whatComputesSomethingElseIsNone(List<String> steps) {
        // A hard sigmoid of another offset may be within
        assertThat(HardActivation.of(graph(steps.toArray(String[]::new))))
                .noneMatch(HardActivation::swish)
                .allMatch(found -> found.nodes().size() < steps.size());
    }

    @Test
    void aGateThatIsAlsoReadElsewhereIsAHardSigmoid() {
        // Given
        var gate = chain(X, "AddV2 3", "Relu6", "RealDiv 6");
        var swish = net.op("Mul", "swish", X, gate);
        var graph = net.graph(net.op("AddV2", "sum", swish, gate));

        // When
        var found = HardActivation.of(graph);

        // Then
        assertThat(found).hasSize(1);
        assertThat(found.get(0).swish()).isFalse();
        assertThat(found.get(0).output()).isEqualTo(TensorRef.of(gate));
    }

    @Test
    void whatItAddsIsNoBiasOfTheLayerBefore() {
        // Given
        var biased = net.bias("bias", net.conv("conv", X, 4, 4), 4);
        var graph = net.graph(chain(biased, "AddV2 3", "Relu6", "RealDiv 6"));

        // When
        var folded = new BatchNormFolding().apply(graph);
        var bare = net.graph(chain(net.conv("bare", X, 4, 4), "AddV2 3", "Relu6", "RealDiv 6"));
        var layers =
                FusedLayerFinder.find(
                        bare, InferredShapes.of(bare), FusedLayerFinder.SumFusion.NONE);

        // Then
        assertThat(HardActivation.of(folded)).hasSize(1);
        assertThat(layers.found())
                .extracting(FusedLayer::output)
                .containsExactly(TensorRef.of("bare"));
    }

    private FlatGraph graph(String... steps) {
        return net.graph(chain(X, steps));
    }

    private String chain(String input, String... steps) {
        var last = input;
        for (var step : steps) {
            var words = step.split(" ");
            var name = last + "/" + words[0];
            last =
                    words.length == 1
                            ? net.op(words[0], name, last)
                            : net.op(words[0], name, last, operand(input, words[1]));
        }
        return last;
    }

    private String operand(String input, String word) {
        if (word.equals(X)) {
            return input;
        }
        var name = "number" + word;
        net.constant(name, new FloatTensor(new float[] {Float.parseFloat(word)}));
        return name;
    }
}
