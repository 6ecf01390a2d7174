package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.quantization.WeightOptions.Initialization;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights of other formats than integers of one step. */
class WeightRoundingTest {
    private static final FloatTensor NORMAL = normal(4096);

    @Test
    void bfloat16KeepsEightBitsOfTheFraction() {
        // Given 1 + 2^-8 lies between 1 and 1 + 2^-7, and 1 + 3 * 2^-8 between that and 1 + 2^-6
        var weights =
                new FloatTensor(new float[] {1, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, -0.1f, 0, 1e-40f}, 6);

        // When
        var rounded = new Bfloat16Weights().round(weights, 0).values().values();

        // Then: ties go to the even fraction
        assertThat(rounded).containsExactly(1, 1, 1 + 0x1p-6f, -0.10009765625f, 0, 0x1p-133f);
    }

    @Test
    void piecewiseLinearWeightsHaveTwoSteps() {
        // Given 4 bits: 7 intervals in each range. Weights at sevenths of 0.2, one at 1 and one
        // between 0.2 and 1
        var values = new float[57];
        for (int i = 0; i < 55; i++) {
            values[i] = (i % 2 == 0 ? 1 : -1) * 0.25f * (i % 8) / 7;
        }
        values[55] = 1;
        values[56] = -0.25f - 0.75f * 2 / 7;

        // When
        var rounded = piecewise(4).round(new FloatTensor(values, 57, 1), 1).values().values();

        // Then: the breakpoint 0.25 is a candidate (16 of 32 halves) and loses nothing
        assertThat(rounded).containsExactly(values, within(1e-6f));
    }

    @Test
    void piecewiseLinearLosesLessThanLinearOfAsManyBits() {
        for (int bits : new int[] {4, 8}) {
            // When: normal weights, of which few are far from 0
            double linear =
                    error(
                            new IntegerWeights(WeightOptions.of(Granularity.PER_TENSOR, bits))
                                    .round(NORMAL, 0)
                                    .values());
            double piecewise = error(piecewise(bits).round(NORMAL, 0).values());

            // Then
            assertThat(piecewise).isLessThan(linear / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void centroidsAreTheMeansOfTheWeightsThatAreNearestToThem(Initialization initialization) {
        // When
        var shared = shared(8, initialization).round(NORMAL, 0).values().values();

        // Then
        var centroids = distinct(shared);
        assertThat(centroids).hasSizeLessThanOrEqualTo(8);
        for (float centroid : centroids) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < shared.length; i++) {
                float weight = NORMAL.values()[i];
                if (shared[i] == centroid) {
                    sum += weight;
                    count++;
                    for (float other : centroids) {
                        assertThat(Math.abs(weight - centroid))
                                .isLessThanOrEqualTo(Math.abs(weight - other) + 1e-6f);
                    }
                }
            }
            assertThat(sum / count).isCloseTo(centroid, within(1e-5));
        }
    }

    @Test
    void theInitializationsBeginInDifferentPlaces() {
        // Given
        var sorted = new SortedValues(0, 1, 2, 3, 4, 5, 6, 7, 8, 90);

        // Then
        assertThat(CentroidInitialization.of(Initialization.LINEAR, sorted, 4))
                .containsExactly(0, 30, 60, 90);
        assertThat(CentroidInitialization.of(Initialization.DENSITY, sorted, 5))
                .containsExactly(1, 3, 5, 7, 90);
        assertThat(CentroidInitialization.of(Initialization.K_MEANS_PLUS_PLUS, sorted, 2))
                .as("by its square distance, 90 is drawn almost always")
                .endsWith(90);
    }

    @Test
    void theZerosOfPrunedWeightsStay() {
        var pruned = NORMAL.map(weight -> Math.abs(weight) < 0.6 ? 0 : weight);

        var shared = shared(4, Initialization.DENSITY).round(pruned, 0).values().values();

        for (int i = 0; i < shared.length; i++) {
            assertThat(shared[i] == 0).isEqualTo(pruned.values()[i] == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PIECEWISE_LINEAR", "WEIGHT_SHARING"})
    void theModelStaysFloatAndItsNoteSaysWhatItHas(Scheme scheme) {
        // Given
        var graph = network();
        var images = Int8Fixture.signed(2, 8, 8, 3);

        // When
        var step = QuantizeStep.builder().scheme(scheme).build();
        var model = new PostTrainingInt8(step).quantize(graph, List.of());

        // Then
        assertThat(QuantizedGraph.of(model.graph()).isQuantized()).isFalse();
        assertThat(model.notes()).hasSize(1);
        assertThat(model.notes().get(0))
                .startsWith("2 of 2 layers with")
                .endsWith("; activations are float");
        assertThat(Int8Fixture.relativeError(graph, model.graph(), images)).isBetween(1e-6, 0.2);
    }

    @Test
    void layersInBfloat16ReadAndGiveRoundedActivations() {
        // Given
        var graph = network();
        var step = QuantizeStep.builder().scheme(Scheme.BFLOAT16).floatLayers(List.of("dense"));

        // When
        var model = new PostTrainingInt8(step.build()).quantize(graph, List.of());

        // Then
        assertThat(model.notes())
                .containsExactly(
                        "1 of 2 layers with weights rounded to bfloat16; 1 of them compute in"
                                + " bfloat16 on TensorFlow, all others in float");
        var apart = Bfloat16Graph.of(model.graph());
        assertThat(apart.layers()).containsExactly("conv");
        assertThat(FloatTensor.of(apart.floats().node("dense/kernel")))
                .isEqualTo(FloatTensor.of(graph.node("dense/kernel")));
        assertThat(Int8Fixture.relativeError(graph, model.graph(), Int8Fixture.signed(2, 8, 8, 3)))
                .isBetween(1e-4, 0.01);
    }

    @Test
    void bfloat16OfAModelInBfloat16ChangesNothing() {
        // Given
        var step = QuantizeStep.builder().scheme(Scheme.BFLOAT16).build();
        var once = new PostTrainingInt8(step).quantize(network(), List.of());

        // When
        var twice = new PostTrainingInt8(step).quantize(once.graph(), List.of());

        // Then
        assertThat(twice.graph().toGraphDef()).isEqualTo(once.graph().toGraphDef());
        assertThat(twice.notes()).isEqualTo(once.notes());
    }

    private static FlatGraph network() {
        var net = new NetBuilder(3, -1, 8, 8, 3);
        var conv = net.unary("Relu", "relu", net.convBias("conv", "x", 3, 3, 8, 1));
        return net.build(net.dense("dense", net.globalMean("mean", conv, false), 8, 5));
    }

    private static WeightRounding piecewise(int bits) {
        return new PiecewiseLinearWeights(WeightOptions.of(Granularity.PER_TENSOR, bits));
    }

    private static WeightRounding shared(int clusters, Initialization initialization) {
        return new SharedWeights(new WeightOptions(null, null, clusters, initialization));
    }

    private static double error(FloatTensor rounded) {
        double error = 0;
        for (int i = 0; i < rounded.values().length; i++) {
            error += Math.pow(rounded.values()[i] - NORMAL.values()[i], 2);
        }
        return error;
    }

    private static float[] distinct(float... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[count++] = sorted[i];
            }
        }
        return Arrays.copyOf(sorted, count);
    }

    private static FloatTensor normal(int count) {
        var random = new Random(7);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FloatTensor(values, count);
    }
}
