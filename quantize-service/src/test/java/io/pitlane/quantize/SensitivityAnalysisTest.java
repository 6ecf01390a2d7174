package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.quantization.Sensitivity;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sensitivity of the layers of a small classifier. */
class SensitivityAnalysisTest {
    private static final int IMAGES = 24;
    private static final int CLASSES = UnbalancedNet.CLASSES;
    private static final Plan PLAN = Plan.builder().name("sensitivity").build();

    private final ImageSet images = UnbalancedNet.images(IMAGES);
    private final FlatGraph graph = UnbalancedNet.graph();
    private final FloatTensor batch = UnbalancedNet.batch(graph, images);
    private final PostTrainingInt8.QuantizedModel model =
            new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(batch));
    @TempDir Path folder;

    @Test
    void aLayerAloneIsThatOfAGraphWithItsQuantizersOnly() {
        // Given
        var expected = alone("conv2", "relu1", "relu2");

        // When
        var sensitivity = analysis(Checkpoints.NONE).measure(model, batches(), NONE);

        // Then
        var layer = sensitivity.layers().get(1);
        assertThat(layer.name()).isEqualTo("conv2");
        assertThat(layer.alone().sqnr()).isCloseTo(sqnr(expected), within(1e-3));
        assertThat(layer.alone().divergence()).isCloseTo(divergence(expected), within(1e-7));
        assertThat(layer.macs()).isEqualTo(8 * 8 * 8 * 8 * 9);
    }

    @Test
    void allQuantizersTogetherAreTheQuantizedGraph() {
        // When
        var sensitivity = analysis(Checkpoints.NONE).measure(model, batches(), NONE);

        // Then
        assertThat(sensitivity.quantized().sqnr()).isCloseTo(sqnr(model.graph()), within(1e-3));
        assertThat(sensitivity.metric()).isEqualTo("accuracy");
        assertThat(sensitivity.floats()).isEqualTo(accuracy(graph));
        assertThat(sensitivity.quantized().score()).isEqualTo(accuracy(model.graph()));
        assertThat(sensitivity.samples()).isEqualTo(IMAGES);
    }

    @Test
    void theLayerWithUnbalancedChannelsIsTheMostSensitiveAndAdvised() {
        // When
        var sensitivity = analysis(Checkpoints.NONE).measure(model, batches(), NONE);

        // Then
        var worst = sensitivity.mostSensitiveFirst().get(0);
        assertThat(worst.name()).isIn("conv2", "conv3");
        assertThat(layer(sensitivity, "conv2").advice()).contains("times the others: equalize");
        assertThat(layer(sensitivity, "conv2").distribution().channelRatio()).isGreaterThan(10);
        assertThat(layer(sensitivity, "conv2").distribution().largeChannels()).isEqualTo(1);
        assertThat(worst.without().noise()).isLessThan(sensitivity.quantized().noise());
    }

    @Test
    void anAnalysisGoesOnWhereItWasStopped() {
        // Given
        var store = new HashMap<String, byte[]>();
        assertThatThrownBy(
                        () ->
                                analysis(new StoredCheckpoints(store, 6))
                                        .measure(model, batches(), NONE))
                .hasMessage("stopped");
        var checkpoints = new StoredCheckpoints(store, Integer.MAX_VALUE);

        // When
        var resumed = analysis(checkpoints).measure(model, batches(), NONE);

        // Then
        assertThat(checkpoints.saves()).isEqualTo(1 + 4 * 4 - 6);
        assertThat(resumed).isEqualTo(analysis(Checkpoints.NONE).measure(model, batches(), NONE));
    }

    @Test
    void aLargeModelIsMeasuredOnFewerImagesUnlessTheirNumberIsGiven() {
        // Given a convolution of 216 multiply-accumulates a pixel
        var net = new NetBuilder(1, -1, -1, -1, 3);
        var anySize = net.build(net.convBias("conv", "x", 3, 3, 8, 1));
        var quantized = new PostTrainingInt8(Int8Fixture.PLAIN).quantize(anySize, List.of(batch));

        // Then
        assertThat(samples(quantized, null, 8)).isEqualTo(256);
        assertThat(samples(quantized, null, 6000)).isEqualTo(128);
        assertThat(samples(quantized, null, 60_000)).isEqualTo(64);
        assertThat(samples(quantized, 1000, 60_000)).isEqualTo(1000);
    }

    private static int samples(PostTrainingInt8.QuantizedModel model, Integer given, long side) {
        return SensitivityAnalysis.samples(
                new Sensitivity(given),
                model,
                Map.of(
                        model.floats().signature().inputs().get(0).name(),
                        new long[] {1, side, side, 3}));
    }

    private static final ProgressListener NONE = ProgressListener.NONE;

    private SensitivityAnalysis analysis(Checkpoints checkpoints) {
        return new SensitivityAnalysis(PLAN, images, checkpoints, folder);
    }

    /** The float graph with the quantizers of one layer, put there by hand. */
    private FlatGraph alone(String layer, String input, String output) {
        var quantizations = QuantizedGraph.of(model.graph());
        var kernel = TensorRef.of(layer + "/kernel");
        var editor = graph.edit();
        editor.put(FloatTensor.of(model.graph().node(kernel.node())).toConst(kernel.node()));
        var in = TensorRef.of(input);
        editor.setInput(
                layer,
                0,
                FakeQuantization.add(editor, "in", in, quantizations.of(in).orElseThrow()));
        var out = TensorRef.of(output);
        editor.redirect(out, TensorRef.of("out"));
        FakeQuantization.add(editor, "out", out, quantizations.of(out).orElseThrow());
        return editor.build();
    }

    private double sqnr(FlatGraph quantized) {
        var expected = outputs(graph);
        var actual = outputs(quantized);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.length; i++) {
            signal += Math.pow(expected[i], 2);
            noise += Math.pow(expected[i] - actual[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }

    private double divergence(FlatGraph quantized) {
        var expected = outputs(graph);
        var actual = outputs(quantized);
        double sum = 0;
        for (int image = 0; image < IMAGES; image++) {
            double p = total(expected, image);
            double q = total(actual, image);
            for (int i = image * CLASSES; i < (image + 1) * CLASSES; i++) {
                sum +=
                        Math.exp(expected[i])
                                / p
                                * Math.log(Math.exp(expected[i]) / p / (Math.exp(actual[i]) / q));
            }
        }
        return sum / IMAGES;
    }

    private static double total(float[] logits, int image) {
        return IntStream.range(image * CLASSES, (image + 1) * CLASSES)
                .mapToDouble(i -> Math.exp(logits[i]))
                .sum();
    }

    private double accuracy(FlatGraph graph) {
        var scores = outputs(graph);
        var labels = images.labels().orElseThrow();
        var classes = UnbalancedNet.classes(scores);
        return IntStream.range(0, IMAGES).filter(image -> classes[image] == labels[image]).count()
                / (double) IMAGES;
    }

    private float[] outputs(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.run(batch).get(0).values();
        }
    }

    private static LayerSensitivity.Layer layer(LayerSensitivity sensitivity, String name) {
        return sensitivity.layers().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<FloatTensor> batches() {
        return List.of(batch);
    }
}
