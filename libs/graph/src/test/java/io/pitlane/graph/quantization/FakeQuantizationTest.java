package io.pitlane.graph.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.ConstantFolding;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.VersionDef;

/** The nodes, run by TensorFlow, against the formula. */
class FakeQuantizationTest {
    private static final long[] SHAPE = {4, 5, 3, 6};

    static Stream<Quantization> quantizations() {
        return Stream.of(
                Quantization.unsigned(6, 0),
                Quantization.unsigned(0.37f, 0),
                Quantization.unsigned(5.1f, 128),
                Quantization.unsigned(3.3f, 7),
                Quantization.unsigned(1e-3f, 200),
                Quantization.signed(2.5f),
                Quantization.perChannel(new float[] {1, 0.2f, 3, 1e-3f, 2, 9}, 3),
                Quantization.perChannel(new float[] {1, 0.2f, 3}, 2),
                Quantization.perChannel(new float[] {1, 0.2f, 3, 2}, 0),
                new Quantization(4, true, new float[] {2}, 0, Quantization.PER_TENSOR),
                new Quantization(16, true, new float[] {2}, 0, Quantization.PER_TENSOR),
                new Quantization(4, false, new float[] {2}, 5, Quantization.PER_TENSOR));
    }

    @ParameterizedTest
    @MethodSource("quantizations")
    void tensorFlowComputesTheValuesOfTheIntegers(Quantization quantization) {
        // Given
        var input = input(quantization);
        var graph = graph(quantization);

        // When
        float[] actual;
        try (var session = GraphSession.open(graph)) {
            actual = session.run(input).get(0).values();
        }

        // Then: float arithmetic may differ by one integer at a tie, so count
        int inner = inner(quantization);
        int different = 0;
        for (int i = 0; i < actual.length; i++) {
            int channel = i / inner % quantization.limits().length;
            double scale = quantization.scale(channel);
            float expected =
                    quantization.dequantize(
                            quantization.quantize(input.values()[i], channel), channel);
            assertThat(Math.abs(actual[i] - expected)).isLessThan((float) (1.001 * scale));
            different += Math.abs(actual[i] - expected) > 0.01 * scale ? 1 : 0;
        }
        assertThat(different).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("quantizations")
    void theNumbersAreReadBack(Quantization quantization) {
        // When
        var graph = graph(quantization);
        var read = FakeQuantization.of(graph, graph.node("quantized")).orElseThrow();

        // Then
        assertThat(read.bits()).isEqualTo(quantization.bits());
        assertThat(read.signed()).isEqualTo(quantization.signed());
        assertThat(read.zeroPoint()).isEqualTo(quantization.zeroPoint());
        assertThat(read.axis()).isEqualTo(quantization.axis());
        for (int i = 0; i < read.limits().length; i++) {
            float limit = quantization.limits()[i];
            float tolerance = quantization.zeroPoint() == 0 ? 0 : Math.ulp(limit);
            assertThat(Math.abs(read.limits()[i] - limit)).isLessThanOrEqualTo(tolerance);
        }
    }

    @Test
    void quantizedWeightsAreNotFolded() {
        // Given
        var editor = GraphEditor.of(List.of(), signature(), VersionDef.getDefaultInstance());
        var weights = new FloatTensor(new float[] {0.1f, 0.7f}, 2);
        editor.put(weights.toConst("weights"));
        editor.put(placeholder());
        FakeQuantization.add(editor, "rounded", TensorRef.of("weights"), Quantization.signed(0.7f));
        editor.put(
                NodeBuilder.of("AddV2", "quantized")
                        .input("x")
                        .input("rounded")
                        .type("T", DT_FLOAT)
                        .build());
        var graph = editor.build();

        // When
        var folded = new ConstantFolding().apply(graph);

        // Then
        assertThat(QuantizedGraph.of(folded).quantizations())
                .containsOnlyKeys(TensorRef.of("weights"));
    }

    @Test
    void aQuantizedGraphIsTakenApart() {
        // Given
        var quantization = Quantization.unsigned(5.1f, 128);
        var graph = graph(quantization);

        // When
        var quantized = QuantizedGraph.of(graph);

        // Then
        assertThat(quantized.isQuantized()).isTrue();
        assertThat(quantized.floats().find("quantized")).isEmpty();
        assertThat(quantized.floats().signature().outputs().get(0).tensor())
                .isEqualTo(TensorRef.of("x"));
        assertThat(quantized.of(TensorRef.of("x")).orElseThrow().zeroPoint()).isEqualTo(128);
    }

    private static FlatGraph graph(Quantization quantization) {
        var editor = GraphEditor.of(List.of(), signature(), VersionDef.getDefaultInstance());
        editor.put(placeholder());
        FakeQuantization.add(editor, "quantized", TensorRef.of("x"), quantization);
        return editor.build();
    }

    private static org.tensorflow.proto.NodeDef placeholder() {
        return NodeBuilder.of("Placeholder", "x").type("dtype", DT_FLOAT).build();
    }

    private static GraphSignature signature() {
        return new GraphSignature(
                "serving_default",
                List.of(new GraphSignature.Port("x", TensorRef.of("x"), DT_FLOAT, null)),
                List.of(new GraphSignature.Port("y", TensorRef.of("quantized"), DT_FLOAT, null)));
    }

    private static FloatTensor input(Quantization quantization) {
        var random = new Random(3);
        int inner = inner(quantization);
        var values = new float[4 * 5 * 3 * 6];
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % quantization.limits().length;
            values[i] = (float) (random.nextGaussian() * quantization.limits()[channel] / 2);
        }
        return new FloatTensor(values, SHAPE);
    }

    private static int inner(Quantization quantization) {
        int inner = 1;
        for (int axis = quantization.axis() + 1; axis < SHAPE.length; axis++) {
            inner *= (int) SHAPE[axis];
        }
        return inner;
    }
}
