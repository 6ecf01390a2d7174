package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import org.junit.jupiter.api.Test;

class BiasCorrectionTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(8, 16, 16, 3);

    private final NetBuilder net = new NetBuilder(5, -1, 16, 16, 3);

    @Test
    void empiricalCorrectionLeavesNoMeanErrorInAnyLayer() {
        // Given: one layer without a bias, and one whose product is quantized as it is
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var second = net.bias("bias2", net.depthwise("conv2", first, 3, 8), 8);
        var third = net.conv("conv3", second, net.weights(3, 3, 8, 8), 1);
        var last = net.dense("last", net.globalMean("mean", third, false), 8, 4);
        var graph = net.build(last);

        // When
        var corrected = quantize(graph, BiasCorrection.EMPIRICAL);

        // Then
        for (var layer : List.of("conv1", "bias2", "conv3", "last")) {
            var end = graph.find(layer + "/bias").isPresent() ? layer + "/bias" : layer;
            var expected = means(graph, end);
            var plain = means(quantize(graph, BiasCorrection.NONE), end);
            var actual = means(corrected, layer.equals("conv3") ? "conv3/BiasAdd" : end);
            assertThat(distance(expected, plain)).isPositive();
            assertThat(distance(expected, actual)).isLessThan(distance(expected, plain) * 0.01);
        }
    }

    @Test
    void analyticCorrectionFollowsFromBatchNormAndTheRoundingOfTheWeights() {
        // Given
        var norm = net.batchNorm("bn", net.conv("conv1", "x", net.weights(3, 3, 3, 8), 1), 8);
        var graph = net.build(net.convBias("conv2", net.unary("Relu6", "relu", norm), 3, 8, 8, 1));
        var plain = quantize(graph, BiasCorrection.NONE);

        // When
        var corrected = quantize(graph, BiasCorrection.ANALYTIC);

        // Then
        var means = new double[8];
        for (int channel = 0; channel < 8; channel++) {
            means[channel] =
                    meanOfRelu6(
                            value(graph, "bn/offset", channel), value(graph, "bn/scale", channel));
        }
        var folded = new BatchNormFolding().apply(graph);
        var weights = FloatTensor.of(folded.node("conv2/kernel")).values();
        var rounded = FloatTensor.of(plain.node("conv2/kernel")).values();
        for (int output = 0; output < 8; output++) {
            double shift = 0;
            for (int i = output; i < weights.length; i += 8) {
                shift += (weights[i] - rounded[i]) * means[i / 8 % 8];
            }
            assertThat(shift).isNotZero();
            assertThat(value(corrected, "conv2/bias/values", output))
                    .isCloseTo(value(plain, "conv2/bias/values", output) + shift, within(1e-6));
        }
    }

    @Test
    void analyticCorrectionMeasuresTheMeanWhereThereIsNoBatchNorm() {
        // Given
        var graph = net.build(net.dense("last", net.globalMean("mean", "x", false), 3, 4));
        var plain = quantize(graph, BiasCorrection.NONE);

        // When
        var corrected = quantize(graph, BiasCorrection.ANALYTIC);

        // Then
        var means = means(graph, "mean");
        var weights = FloatTensor.of(graph.node("last/kernel")).values();
        var rounded = FloatTensor.of(plain.node("last/kernel")).values();
        for (int output = 0; output < 4; output++) {
            double shift = 0;
            for (int i = 0; i < 3; i++) {
                shift += (weights[4 * i + output] - rounded[4 * i + output]) * means[i];
            }
            assertThat(value(corrected, "last/bias/values", output))
                    .isCloseTo(value(plain, "last/bias/values", output) + shift, within(1e-5));
        }
    }

    private static FlatGraph quantize(FlatGraph graph, BiasCorrection correction) {
        var step =
                Int8Fixture.PLAIN.toBuilder()
                        .corrections(new Corrections(null, correction))
                        .build();
        return new PostTrainingInt8(step).quantize(graph, List.of(IMAGES)).graph();
    }

    private static double value(FlatGraph graph, String constant, int index) {
        return FloatTensor.of(graph.node(constant)).values()[index];
    }

    private static double[] means(FlatGraph graph, String tensor) {
        try (var session = GraphSession.open(graph)) {
            var values = session.run(IMAGES, TensorRef.of(tensor));
            int channels = (int) values.shape()[values.rank() - 1];
            var means = new double[channels];
            for (int i = 0; i < values.values().length; i++) {
                means[i % channels] += values.values()[i];
            }
            for (int channel = 0; channel < channels; channel++) {
                means[channel] /= values.values().length / channels;
            }
            return means;
        }
    }

    private static double distance(double[] one, double[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(squares);
    }

    /** By the midpoint rule over +-8 standard deviations. */
    private static double meanOfRelu6(double mean, double deviation) {
        double sum = 0;
        double step = 1e-4;
        for (double z = -8 + step / 2; z < 8; z += step) {
            double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
            sum += step * density * Math.max(0, Math.min(6, mean + deviation * z));
        }
        return sum;
    }
}
