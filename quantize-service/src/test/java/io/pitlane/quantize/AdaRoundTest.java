package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.quantize.correction.LayerCorrections;
import io.pitlane.quantize.correction.LayerCorrections.Corrected;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learned rounding of the layers of a net, each reading what the quantized ones before it give. */
class AdaRoundTest {
    private static final AdaRound OPTIONS = new AdaRound(400, 0.02, null);
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(248, 12, 12, 3);
    private static final List<FloatTensor> CALIBRATION = List.of(part(0, 24), part(24, 48));
    private static final FloatTensor OTHERS = part(48, 248);

    private final FlatGraph graph = graph();
    private final List<FusedLayer> layers =
            FusedLayerFinder.find(graph, InferredShapes.of(graph), FusedLayerFinder.SumFusion.NONE)
                    .found();

    @TempDir private Path folder;

    /** A strided, a depthwise, a dilated and a dense layer. */
    private static FlatGraph graph() {
        var net = new NetBuilder(5, -1, 12, 12, 3);
        var first = net.unary("Relu", "end1", net.convBias("conv1", "x", 3, 3, 12, 2));
        var deep = net.bias("bias2", net.depthwise("conv2", first, 3, 12), 12);
        net.padding("VALID").dilation(2);
        var third = net.convBias("conv3", net.unary("Relu6", "end2", deep), 3, 12, 8, 1);
        var flat = net.flatten("flat", net.unary("Relu", "end3", third), 32);
        return net.build(net.unary("Relu", "end4", net.dense("dense", flat, 32, 10)));
    }

    private static FloatTensor part(int from, int to) {
        int[] images = IntStream.range(from, to).toArray();
        return IMAGES.select(0, images);
    }

    @Test
    void layersAreCloserToFloatThanWithTheNearestIntegersOnOtherImages() {
        // Given
        var nearest = withWeightsOf4Bits(quantize(Corrections.NONE));

        // When
        var rounded = rounded(nearest);

        // Then
        for (var layer : List.of("end1", "end2", "end3", "end4")) {
            assertThat(error(rounded, layer)).as(layer).isLessThan(error(nearest, layer) * 0.95);
        }
    }

    @Test
    void roundingThatTakesTheOutputsNoCloserToFloatIsLeftOut() {
        // Given: two channels with opposite weights, of which the sum has no error. All weights are
        // nearer to 0 than to the next integer
        var net = new NetBuilder(5, -1, 12, 12, 3);
        var opposite = new float[2 * 27];
        for (int i = 0; i < opposite.length; i++) {
            opposite[i] = (i % 2 == 0 ? 1 : -1) * (0.07f + i * 5e-4f);
        }
        var conv = net.conv("conv", "x", new FloatTensor(opposite, 3, 3, 3, 2), 1);
        var ones = new FloatTensor(new float[] {1, 1}, 1, 1, 2, 1);
        var sums = net.build(net.conv("sum", conv, ones, 1));
        var channels = net.build(conv);

        // When
        var ofSums = learned(sums);
        var ofChannels = learned(channels);

        // Then
        assertThat(ofSums.graph().node("conv/kernel")).isEqualTo(sums.node("conv/kernel"));
        assertThat(ofSums.notes())
                .containsExactly("AdaRound left out: with it, the outputs are no closer to float");
        assertThat(ofChannels.graph().node("conv/kernel"))
                .isNotEqualTo(channels.node("conv/kernel"));
        assertThat(ofChannels.notes()).isEmpty();
    }

    /** With weights of 4 bits in its first layer. */
    private Corrected learned(FlatGraph floats) {
        var layer =
                FusedLayerFinder.find(
                                floats, InferredShapes.of(floats), FusedLayerFinder.SumFusion.NONE)
                        .found()
                        .get(0);
        var editor = floats.edit();
        var limits = new float[layer.bias().values().length];
        Arrays.fill(limits, 1.5f);
        FakeQuantization.add(
                editor,
                "rounded",
                layer.kernel(),
                new Quantization(4, true, limits, 0, layer.outputAxis()));
        editor.setInput(layer.name(), 1, TensorRef.of("rounded"));
        var corrections = new Corrections(false, BiasCorrection.NONE, OPTIONS);
        return new LayerCorrections(
                        corrections, InputSpec.DEFAULT, 1, folder, ProgressListener.NONE)
                .apply(floats, floats, editor.build(), List.of(layer), CALIBRATION);
    }

    @Test
    void theWeightsAreThoseOfTheQuantization() {
        // Given
        var nearest = withWeightsOf4Bits(quantize(Corrections.NONE));

        // When
        var rounded = rounded(nearest);

        // Then
        for (var layer : layers) {
            var node = rounded.node(layer.name());
            var grid = FakeQuantization.of(rounded, rounded.input(node, 1)).orElseThrow();
            var weights = FloatTensor.of(rounded.node(layer.kernel().node())).values();
            int outputs = layer.bias().values().length;
            for (int i = 0; i < weights.length; i++) {
                int integer = grid.quantize(weights[i], i % outputs);
                assertThat(weights[i]).isEqualTo(grid.dequantize(integer, i % outputs));
            }
        }
    }

    @Test
    void aStepRoundsItsWeightsByItAndGivesTheSameAgain() {
        // Given
        var options = new Corrections(false, BiasCorrection.NONE, OPTIONS);

        // When
        var once = quantize(options);
        var again = quantize(options);

        // Then
        assertThat(once.node("conv1/kernel"))
                .isEqualTo(again.node("conv1/kernel"))
                .isNotEqualTo(quantize(Corrections.NONE).node("conv1/kernel"));
    }

    private FlatGraph quantize(Corrections corrections) {
        var step = Int8Fixture.PLAIN.toBuilder().corrections(corrections).build();
        return new PostTrainingInt8(step).quantize(graph, CALIBRATION).graph();
    }

    private FlatGraph rounded(FlatGraph quantized) {
        var messages = new ArrayList<String>();
        var rounded =
                new LayerCorrections(
                                new Corrections(false, BiasCorrection.NONE, OPTIONS),
                                InputSpec.DEFAULT,
                                1,
                                folder,
                                (share, message) -> messages.add(message))
                        .apply(graph, graph, quantized, layers, CALIBRATION)
                        .graph();
        assertThat(messages).contains("rounding layer 1 of 4", "rounding layer 4 of 4");
        return rounded;
    }

    private FlatGraph withWeightsOf4Bits(FlatGraph quantized) {
        var editor = quantized.edit();
        for (var layer : layers) {
            var limits = new float[layer.bias().values().length];
            var weights = layer.weights().values();
            for (int i = 0; i < weights.length; i++) {
                int channel = i % limits.length;
                limits[channel] = Math.max(limits[channel], Math.abs(weights[i]));
            }
            var node = quantized.input(quantized.node(layer.name()), 1);
            var kernel = TensorRef.parse(node.getInput(0));
            editor.put(layer.weights().toConst(kernel.node()));
            FakeQuantization.add(
                    editor,
                    node.getName(),
                    kernel,
                    new Quantization(4, true, limits, 0, layer.outputAxis()));
        }
        return editor.build();
    }

    private double error(FlatGraph quantized, String tensor) {
        try (var floats = GraphSession.open(graph);
                var integers = GraphSession.open(quantized)) {
            var expected = floats.run(OTHERS, TensorRef.of(tensor)).values();
            var actual = integers.run(OTHERS, TensorRef.of(tensor)).values();
            double error = 0;
            for (int i = 0; i < expected.length; i++) {
                error += Math.pow(expected[i] - actual[i], 2);
            }
            return error;
        }
    }
}
