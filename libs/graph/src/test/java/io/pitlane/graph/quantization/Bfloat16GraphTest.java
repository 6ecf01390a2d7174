package io.pitlane.graph.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bfloat16GraphTest {
    private static final float STEP = 1f / 128;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1.00390625, 1",
        "1.003907, 1.0078125",
        "1.01171875, 1.015625",
        "-1.003907, -1.0078125",
        "3.39e38, 3.3895314e38",
        "3.4028235e38, Infinity",
        "NaN, NaN",
        "-0.0, -0.0"
    })
    void aValueIsRoundedToEightBitsTiesToTheEvenOne(float value, Float rounded) {
        assertThat(Bfloat16.rounded(value)).isEqualTo(rounded);
    }

    @Test
    void roundingIsThatOfTensorFlow() {
        // Given
        var random = new Random(3);
        var values = new float[4 * 4 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(60) - 30));
        }
        var net = new SampleNetwork(1);
        var graph = net.output("same", net.input("image", -1, 4, 4, 3), -1, 4, 4, 3).build();
        var editor = graph.edit();
        var image = TensorRef.of("image");
        var cast = Bfloat16.addCastToFloat(editor, Bfloat16.addCast(editor, image));
        var port = graph.signature().outputs().get(0).at(cast);
        var rounding = editor.outputs(List.of(port)).build();

        // When
        var actual = outputs(rounding, new FloatTensor(values, 1, 4, 4, 3));

        // Then
        assertThat(actual).isEqualTo(Bfloat16.rounded(new FloatTensor(values, 1, 4, 4, 3)));
        assertThat(Bfloat16.isRounding(rounding, rounding.node(cast.node()))).isTrue();
    }

    @Test
    void whatAKernelStoresIsRoundedAndNothingElse() {
        // Given: values that need more than 8 bits
        var graph = convolution();
        var weights = FloatTensor.of(graph.node("conv/kernel")).values();
        var bias = FloatTensor.of(graph.node("bias/bias")).values();
        var image = new float[] {1 + STEP / 2 + STEP / 16, -(2 + STEP), 0.3f};

        // When
        var simulated = new Bfloat16Graph(graph, Set.of("conv")).simulated();
        var actual = outputs(simulated, new FloatTensor(image, 1, 1, 1, 3)).values();

        // Then
        for (int out = 0; out < 2; out++) {
            float sum = 0;
            for (int in = 0; in < 3; in++) {
                sum += Bfloat16.rounded(image[in]) * Bfloat16.rounded(weights[2 * in + out]);
            }
            float stored = Bfloat16.rounded(Math.max(0, sum + Bfloat16.rounded(bias[out])));
            assertThat(actual[out]).isEqualTo(stored);
        }
    }

    @Test
    void aGraphIsTakenApartIntoItsFloatGraphAndItsLayers() {
        // Given
        var graph = residual();
        var layers = Set.of("first", "second");

        // When
        var apart = Bfloat16Graph.of(new Bfloat16Graph(graph, layers).simulated());

        // Then
        assertThat(apart.layers()).isEqualTo(layers);
        assertThat(apart.floats().nodes())
                .extracting(node -> node.getName() + node.getInputList())
                .containsExactlyElementsOf(
                        graph.nodes().stream()
                                .map(node -> node.getName() + node.getInputList())
                                .toList());
        assertThat(apart.region().nodes())
                .extracting(node -> node.getName())
                .contains("first", "first/relu", "pool", "second", "add")
                .doesNotContain("scores", "softmax", "image");
        assertThat(Bfloat16Graph.of(graph).isEmpty()).isTrue();
        assertThat(Bfloat16Graph.of(graph).floats()).isSameAs(graph);
    }

    @Test
    void aConstantThatFloatNodesReadKeepsItsValues() {
        // Given
        var graph = convolution();
        var editor = graph.edit();
        editor.setInput("bias", 1, TensorRef.of("shared"));
        editor.put(new FloatTensor(new float[] {1 + STEP / 8, 2}, 2).toConst("shared"));
        editor.put(
                NodeBuilder.of("Mul", "scaled")
                        .input("relu")
                        .input("shared")
                        .type("T", DT_FLOAT)
                        .build());
        var port = graph.signature().outputs().get(0).at(TensorRef.of("scaled"));
        var shared = editor.outputs(List.of(port)).build();

        // When
        var simulated = new Bfloat16Graph(shared, Set.of("conv")).simulated();

        // Then
        assertThat(FloatTensor.of(simulated.input(simulated.node("bias"), 1)).values())
                .containsExactly(1, 2);
        assertThat(FloatTensor.of(simulated.input(simulated.node("scaled"), 1)).values())
                .containsExactly(1 + STEP / 8, 2);
    }

    private static FlatGraph convolution() {
        var net = new SampleNetwork(5);
        var conv = net.conv("conv", net.input("image", -1, 1, 1, 3), 1, 3, 2, 1);
        var x = net.relu("relu", net.bias("bias", conv, 2));
        return net.output("out", x, -1, 1, 1, 2).build();
    }

    private static FlatGraph residual() {
        var net = new SampleNetwork(7);
        var x = net.input("image", -1, 8, 8, 3);
        x = net.relu("first/relu", net.bias("first/bias", net.conv("first", x, 3, 3, 4, 1), 4));
        x = net.pool("pool", x);
        x = net.plus("add", net.bias("second/bias", net.conv("second", x, 3, 4, 4, 1), 4), x);
        x = net.globalAverage("average", net.relu("relu", x));
        x = net.bias("scores/bias", net.dense("scores", x, 4, 2), 2);
        return net.output("probabilities", net.softmax("softmax", x), -1, 2).build();
    }

    private static FloatTensor outputs(FlatGraph graph, FloatTensor images) {
        try (var session = GraphSession.open(graph, InputSpec.DEFAULT)) {
            return session.run(images).get(0);
        }
    }
}
