package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.stream.IntStream;
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
        for (var end : List.of("relu1", "bias2", "conv3", "last/bias")) {
            var expected = means(graph, end);
            var plain = means(quantize(graph, BiasCorrection.NONE), end);
            var actual = means(corrected, end.equals("conv3") ? "conv3/BiasAdd" : end);
            assertThat(distance(expected, plain)).isPositive();
            assertThat(distance(expected, actual))
                    .as(end)
                    .isLessThan(distance(expected, plain) * 0.01);
        }
    }

    @Test
    void eachLayerIsCorrectedAsMeasuredFromTheImagesOn() {
        // Given: a sum of a branch with its shortcut
        var stem = net.unary("Relu", "stem/end", net.convBias("stem", "x", 3, 3, 8, 2));
        var inner = net.unary("Relu6", "inner/end", net.convBias("inner", stem, 3, 8, 8, 1));
        var branch = net.convBias("branch", inner, 3, 8, 8, 1);
        var shortcut = net.convBias("shortcut", stem, 1, 8, 8, 1);
        var sum = net.unary("Relu", "relu", net.binary("AddV2", "sum", branch, shortcut));
        var graph = net.build(net.convBias("last", sum, 1, 8, 4, 1));
        var small = IMAGES.map(v -> v / 255);
        var batches = List.of(small, small.select(0, new int[] {1, 3, 4}));

        // When
        var corrected = quantize(graph, BiasCorrection.EMPIRICAL, batches);

        // Then
        var reference = quantize(graph, BiasCorrection.NONE, batches);
        for (var layer : List.of("stem", "inner", "branch", "shortcut", "last")) {
            for (int step = 0; step < (graph.find(layer + "/end").isPresent() ? 2 : 1); step++) {
                reference = correctedFromTheImages(graph, reference, layer, batches);
            }
            var expected = values(reference, layer + "/bias/values");
            assertThat(distance(expected, values(graph, layer + "/bias/values"))).isPositive();
            assertThat(distance(expected, values(corrected, layer + "/bias/values")))
                    .as(layer)
                    .isLessThan(1e-5 * distance(expected, new double[expected.length]));
        }
    }

    /** A step of Newton's method with means over all images, computed here. */
    private static FlatGraph correctedFromTheImages(
            FlatGraph graph, FlatGraph quantized, String layer, List<FloatTensor> batches) {
        var end = graph.find(layer + "/end").isPresent() ? layer + "/end" : layer + "/bias";
        double ceiling = graph.node(end).getOp().equals("Relu6") ? 6 : Double.POSITIVE_INFINITY;
        var bias = values(graph, layer + "/bias/values");
        var missing = new double[bias.length];
        var passed = new double[bias.length];
        try (var floats = GraphSession.open(graph);
                var integers = GraphSession.open(quantized)) {
            for (var batch : batches) {
                var expected = floats.run(batch, TensorRef.of(end)).values();
                var actual = integers.run(batch, TensorRef.of(end)).values();
                for (int i = 0; i < actual.length; i++) {
                    boolean passes = end.endsWith("bias") || actual[i] > 0 && actual[i] < ceiling;
                    missing[i % bias.length] += expected[i] - actual[i];
                    passed[i % bias.length] += passes ? 1 : 0;
                }
            }
        }
        var shifted = FloatTensor.of(quantized.node(layer + "/bias/values")).values().clone();
        for (int channel = 0; channel < shifted.length; channel++) {
            shifted[channel] +=
                    (float) (passed[channel] == 0 ? 0 : missing[channel] / passed[channel]);
        }
        return quantized
                .edit()
                .put(new FloatTensor(shifted, shifted.length).toConst(layer + "/bias/values"))
                .build();
    }

    @Test
    void whatAnActivationCutsOffIsNotCorrected() {
        // Given: images of which some have values beyond the range of calibration, and a layer
        // that gives them strongly negative products
        var graph = clippedNet();
        var images = mostlySmall();

        // When
        var step =
                QuantizeStep.builder()
                        .calibration(new Calibration(Method.PERCENTILE, 90.0, 8))
                        .corrections(new Corrections(null, BiasCorrection.EMPIRICAL, null))
                        .build();
        var corrected = new PostTrainingInt8(step).quantize(graph, List.of(images)).graph();

        // Then
        var plainStep = step.toBuilder().corrections(Corrections.NONE).build();
        var plain = new PostTrainingInt8(plainStep).quantize(graph, List.of(images)).graph();
        var before = distance(means(graph, "conv2", images), means(plain, "conv2", images));
        assertThat(before).isGreaterThan(1);
        assertThat(value(corrected, "conv2/bias/values", 0))
                .isCloseTo(value(graph, "conv2/bias/values", 0), within(before * 0.1));
    }

    /** A second layer whose only weight is negative, and whose bias lets small inputs pass. */
    private static FlatGraph clippedNet() {
        var net = new NetBuilder(5, -1, 4, 4, 1);
        var one = new FloatTensor(new float[] {1}, 1, 1, 1, 1);
        var first =
                net.unary("Relu", "relu1", net.bias("bias1", net.conv("conv1", "x", one, 1), 1));
        var negative = one.map(v -> -v);
        var second = net.bias("conv2/bias", net.conv("conv2", first, negative, 1), 1);
        var graph = net.build(net.unary("Relu", "relu2", second));
        return graph.edit()
                .put(new FloatTensor(new float[] {0}, 1).toConst("bias1/values"))
                .put(new FloatTensor(new float[] {12}, 1).toConst("conv2/bias/values"))
                .build();
    }

    /** Of twenty values, one is 200 and the others are from 0 to 10. */
    private static FloatTensor mostlySmall() {
        var values = new float[8 * 4 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 20 == 0 ? 200 : i * 7 % 101 / 10f;
        }
        return new FloatTensor(values, 8, 4, 4, 1);
    }

    @Test
    void aCorrectionThatTakesTheOutputsFartherFromFloatIsLeftOut() {
        // Given: the mean error of a class score, of which only the highest counts behind a softmax
        var graph = saturatedNet();
        var images = mostlySmall();
        var step =
                QuantizeStep.builder()
                        .calibration(new Calibration(Method.PERCENTILE, 90.0, 8))
                        .build();

        // When
        var made =
                new PostTrainingInt8(
                                step.toBuilder()
                                        .corrections(
                                                new Corrections(
                                                        null, BiasCorrection.EMPIRICAL, null))
                                        .build())
                        .quantize(graph, List.of(images));

        // Then
        var plain = new PostTrainingInt8(step).quantize(graph, List.of(images));
        assertThat(made.graph().nodes()).isEqualTo(plain.graph().nodes());
        assertThat(made.notes())
                .contains("bias correction left out: with it, the outputs are no closer to float");
    }

    /** Two scores of which a clipped one leads by far, and the softmax of them. */
    private static FlatGraph saturatedNet() {
        var net = new NetBuilder(5, -1, 4, 4, 1);
        var one = new FloatTensor(new float[] {1}, 1, 1, 1, 1);
        var first =
                net.unary("Relu", "relu1", net.bias("bias1", net.conv("conv1", "x", one, 1), 1));
        var scores = new FloatTensor(new float[] {1, 0.1f}, 1, 1, 1, 2);
        var second = net.bias("conv2/bias", net.conv("conv2", first, scores, 1), 2);
        var graph = net.build(net.unary("Softmax", "softmax", second));
        return graph.edit()
                .put(new FloatTensor(new float[] {0}, 1).toConst("bias1/values"))
                .put(new FloatTensor(new float[] {0, 5}, 2).toConst("conv2/bias/values"))
                .build();
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

    @Test
    void analyticCorrectionOfGroupedAndTransposedConvolutionsIsThatOfTheMeanImage() {
        // Given: images of one colour, whose values are integers of the input's quantization
        var net = new NetBuilder(5, 4, 8, 8, 4);
        var grouped = net.conv("grouped", "x", net.weights(1, 1, 2, 6), 1);
        var graph = net.build(grouped, net.upsample("up", "x", 16, 4, 4));
        var values = new float[4 * 8 * 8 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = 15 + 80 * (i % 4);
        }
        var images = new FloatTensor(values, 4, 8, 8, 4);

        // When
        var plain = quantize(graph, BiasCorrection.NONE, List.of(images));
        var corrected = quantize(graph, BiasCorrection.ANALYTIC, List.of(images));

        // Then
        for (var layer : List.of("grouped", "up")) {
            var expected = means(graph, layer, images);
            double before = distance(expected, means(plain, layer, images));
            double after = distance(expected, means(corrected, layer + "/BiasAdd", images));
            assertThat(after).as(layer).isLessThan(before * 0.01);
        }
    }

    private static FlatGraph quantize(FlatGraph graph, BiasCorrection correction) {
        return quantize(graph, correction, List.of(IMAGES));
    }

    private static FlatGraph quantize(
            FlatGraph graph, BiasCorrection correction, List<FloatTensor> batches) {
        var step =
                Int8Fixture.PLAIN.toBuilder()
                        .corrections(new Corrections(null, correction, null))
                        .build();
        return new PostTrainingInt8(step).quantize(graph, batches).graph();
    }

    private static double value(FlatGraph graph, String constant, int index) {
        return values(graph, constant)[index];
    }

    private static double[] values(FlatGraph graph, String constant) {
        var values = FloatTensor.of(graph.node(constant)).values();
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] means(FlatGraph graph, String tensor) {
        return means(graph, tensor, IMAGES);
    }

    private static double[] means(FlatGraph graph, String tensor, FloatTensor images) {
        try (var session = GraphSession.open(graph)) {
            var values = session.run(images, TensorRef.of(tensor));
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
