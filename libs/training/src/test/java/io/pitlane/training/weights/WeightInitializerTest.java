package io.pitlane.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.LayerNets;
import io.pitlane.training.TinyModels;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightInitializerTest {

    @Test
    void kernelsHaveTheVarianceOfHeAndTheRestStartsNeutral() {
        var fresh = WeightInitializer.initialize(TinyModels.classifier(1, "Softmax"), 3);

        float[] dense = FloatTensor.of(fresh.node("dense/kernel")).values();
        double squares = 0;
        for (float value : dense) {
            squares += value * value;
        }
        assertThat(squares / dense.length).isCloseTo(2.0 / 144, within(0.2 * 2.0 / 144));
        assertThat(FloatTensor.of(fresh.node("dense/bias")).values()).containsOnly(0f);
        assertThat(FloatTensor.of(fresh.node("bn/gamma")).values()).containsOnly(1f);
        assertThat(FloatTensor.of(fresh.node("bn/beta")).values()).containsOnly(0f);
        assertThat(FloatTensor.of(fresh.node("bn/mean")).values()).containsOnly(0f);
        assertThat(FloatTensor.of(fresh.node("bn/variance")).values()).containsOnly(1f);
    }

    /** Fan-in by operation. */
    private static final Map<String, Integer> INPUTS =
            Map.of(
                    "Conv2D", 3 * 3,
                    "DepthwiseConv2dNative", 3 * 3,
                    "Conv2DBackpropInput", 4,
                    "MatMul", 64,
                    "BatchMatMul", 64,
                    "BatchMatMulV2", 8,
                    "BatchMatMulV3", 8,
                    "Einsum", 8);

    static Stream<LayerNets.Variant> trainableLayers() {
        return LayerNets.variants().filter(layer -> layer.operation().isTrainable());
    }

    @ParameterizedTest
    @MethodSource("trainableLayers")
    void theVarianceIsThatOfTheInputsOfEveryKindOfLayer(LayerNets.Variant layer) {
        // Given
        double first = new Random(3).nextGaussian();

        // When
        var fresh = WeightInitializer.initialize(layer.net(), 3);

        // Then
        double deviation = Math.sqrt(2.0 / INPUTS.get(layer.operation().name()));
        assertThat(FloatTensor.of(fresh.node(LayerNets.KERNEL)).values()[0])
                .isEqualTo((float) (first * deviation));
    }

    @Test
    void theSeedAloneDecides() {
        var one = WeightInitializer.initialize(TinyModels.classifier(1, "Softmax"), 3);
        var same = WeightInitializer.initialize(TinyModels.classifier(2, "Softmax"), 3);
        var other = WeightInitializer.initialize(TinyModels.classifier(1, "Softmax"), 4);

        assertThat(same.toGraphDef()).isEqualTo(one.toGraphDef());
        assertThat(
                        Arrays.equals(
                                FloatTensor.of(other.node("dense/kernel")).values(),
                                FloatTensor.of(one.node("dense/kernel")).values()))
                .isFalse();
    }
}
