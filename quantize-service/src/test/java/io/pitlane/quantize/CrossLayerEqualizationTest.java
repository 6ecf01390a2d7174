package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.quantize.correction.CrossLayerEqualization;
import io.pitlane.quantize.correction.CrossLayerEqualization.Equalized;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossLayerEqualizationTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(8, 16, 16, 3).map(v -> v / 255);
    private static final Path EXAMPLE =
            Path.of(System.getProperty("pitlane.root", ".."), "examples/fashion-mnist");

    private static final InputSpec SPEC =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();

    private final NetBuilder net = new NetBuilder(5, -1, 16, 16, 3);

    @TempDir private Path folder;

    @Test
    void anEqualizedNetComputesTheSameInFloat() {
        // Given: convolutions about a depthwise one, batch norm, pooling, and dense layers
        var first = net.batchNorm("bn", net.conv("conv1", "x", net.weights(3, 3, 3, 8), 1), 8);
        var deep = net.bias("deepBias", net.depthwise("deep", relu(first), 3, 8), 8);
        var second = relu(net.convBias("conv2", relu(deep), 1, 8, 6, 1));
        var pooled = net.pool("MaxPool", "pool", second, 4, 4, "VALID");
        var third = relu(net.dense("dense1", net.flatten("flat", pooled, 96), 96, 12));
        var graph = net.build(net.dense("dense2", third, 12, 4));

        // When
        var equalized = equalize(graph);

        // Then
        assertThat(equalized.pairs())
                .containsExactly(
                        "conv1 -> deep", "deep -> conv2", "conv2 -> dense1", "dense1 -> dense2");
        assertThat(equalized.graph().node("conv2/kernel")).isNotEqualTo(graph.node("conv2/kernel"));
        assertThat(Int8Fixture.relativeError(graph, equalized.graph(), IMAGES)).isLessThan(1e-5);
    }

    @Test
    void channelsAboutADepthwiseLayerGetOneRange() {
        // Given
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var deep = net.bias("deepBias", net.depthwise("deep", first, 3, 8), 8);
        var second = net.convBias("conv2", net.unary("Relu", "relu2", deep), 1, 8, 6, 1);
        var graph = net.build(second);
        graph =
                Unbalancing.between(
                        graph, "conv1/kernel", "conv1/bias/values", "deep/kernel", 64, 1);
        graph = Unbalancing.between(graph, "deep/kernel", "deepBias/values", "conv2/kernel", 64, 2);

        // When
        var equalized = equalize(graph).graph();

        // Then
        assertThat(spread(maxima(graph, "relu1"))).isGreaterThan(8);
        assertThat(spread(maxima(equalized, "relu1"))).isLessThan(1.001);
        assertThat(spread(maxima(graph, "relu2"))).isGreaterThan(8);
        assertThat(spread(maxima(equalized, "relu2"))).isLessThan(4);
        assertThat(Int8Fixture.relativeError(graph, equalized, IMAGES)).isLessThan(1e-5);
    }

    @Test
    void aChannelThatIsNeverOrHardlyActiveKeepsItsSizeBeforeADepthwiseLayer() {
        // Given a channel that ReLU makes 0 for all images, and one that is all but 0
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 1, 3, 4, 1));
        var deep = net.bias("deepBias", net.depthwise("deep", first, 3, 4), 4);
        var second = net.convBias("conv2", net.unary("Relu", "relu2", deep), 1, 4, 3, 1);
        var graph = net.build(second);
        var kernel = FloatTensor.of(graph.node("conv1/kernel"));
        var editor = graph.edit();
        var values = kernel.values().clone();
        for (int i = 0; i < values.length; i += 4) {
            values[i] = -1;
            values[i + 1] = 1e-9f;
        }
        editor.put(new FloatTensor(values, kernel.shape()).toConst("conv1/kernel"));
        editor.put(new FloatTensor(new float[4], 4).toConst("conv1/bias/values"));
        graph = editor.build();

        // When
        var equalized = equalize(graph).graph();

        // Then
        assertThat(maxima(graph, "relu1")[0]).isZero();
        var weights = FloatTensor.of(equalized.node("conv1/kernel")).values();
        assertThat(weights[0]).isEqualTo(-1);
        assertThat(weights[1]).isBetween(1e-9f, 4097e-9f);
        assertThat(Int8Fixture.relativeError(graph, equalized, IMAGES)).isLessThan(1e-5);
    }

    @Test
    void aChannelAndTheWeightsThatReadItAreBalanced() {
        // Given two channels of which the second is 1/64 as large, and is read by larger weights
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 1, 3, 2, 1));
        var graph = net.build(net.convBias("conv2", first, 1, 2, 1, 1));
        graph =
                Unbalancing.between(
                        graph, "conv1/kernel", "conv1/bias/values", "conv2/kernel", 64, 3);

        // When
        var equalized = equalize(graph).graph();

        // Then: in the ratio of a / r, s = sqrt(a / r) makes both sqrt(a r)
        var active = maxima(equalized, "relu1");
        var read = FloatTensor.of(equalized.node("conv2/kernel")).values();
        assertThat(active[0] / active[1]).isCloseTo(Math.abs(read[0] / read[1]), within(0.01f));
    }

    @Test
    void aTensorWithTwoReadersIsSkipped() {
        // Given
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var second = net.convBias("conv2", first, 3, 8, 8, 1);
        var graph = net.build(net.binary("AddV2", "sum", first, second));

        // When
        var equalized = equalize(graph);

        // Then
        assertThat(equalized.pairs()).isEmpty();
        assertThat(equalized.graph().node("conv1/kernel")).isEqualTo(graph.node("conv1/kernel"));
    }

    @Test
    void relu6ClipsWhatItClippedAndNothingElse() {
        // Given: of 8 channels, some reach 6 and some do not
        var first = net.convBias("conv1", "x", 3, 3, 8, 1);
        var graph =
                net.build(net.convBias("conv2", net.unary("Relu6", "relu6", first), 3, 8, 6, 1));
        var kernel = FloatTensor.of(graph.node("conv1/kernel"));
        var values = kernel.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= (1 << (i % 8)) / 8f;
        }
        var uneven = new FloatTensor(values, kernel.shape()).toConst("conv1/kernel");
        graph = graph.edit().put(uneven).build();

        // When
        var equalized = equalize(graph).graph();

        // Then
        var before = maxima(graph, "relu6");
        var after = maxima(equalized, "relu6");
        assertThat(IntStream.range(0, 8).filter(i -> before[i] == 6)).hasSizeBetween(2, 6);
        for (int channel = 0; channel < 8; channel++) {
            if (before[channel] == 6) {
                assertThat(after[channel]).isEqualTo(6);
            }
        }
        assertThat(spread(after)).isLessThan(spread(before));
        assertThat(Int8Fixture.relativeError(graph, equalized, IMAGES)).isLessThan(1e-5);
    }

    @Test
    void aBiasThatKeepsAChannelPositiveIsAbsorbedByALayerThatDoesNotPad() {
        // Given
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var plain = net.build(net.convBias("conv2", first, 1, 8, 6, 1));
        var bias = new FloatTensor(new float[8], 8).map(v -> 20).toConst("conv1/bias/values");
        var graph = plain.edit().put(bias).build();

        // When
        var equalized = equalize(graph).graph();

        // Then
        assertThat(FloatTensor.of(equalized.node("conv1/bias/values")).values()[0]).isLessThan(19);
        assertThat(max(maxima(equalized, "relu1"))).isLessThan(max(maxima(graph, "relu1")) * 0.7);
        assertThat(Int8Fixture.relativeError(graph, equalized, IMAGES)).isLessThan(1e-5);
    }

    @Test
    void aLayerThatPadsAbsorbsNothing() {
        // Given
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var plain = net.build(net.convBias("conv2", first, 3, 8, 6, 1));
        var bias = new FloatTensor(new float[8], 8).map(v -> 20).toConst("conv1/bias/values");
        var graph = plain.edit().put(bias).build();

        // When
        var equalized = equalize(graph).graph();

        // Then
        assertThat(Int8Fixture.relativeError(graph, equalized, IMAGES)).isLessThan(1e-5);
    }

    @Test
    void anUnbalancedNetCollapsesUnlessItIsEqualized() {
        // Given
        var original = SavedModelReader.read(EXAMPLE.resolve("baseline"));
        var layers = List.of("conv1", "conv2", "conv3", "dense1", "dense2");
        var graph = original;
        for (int i = 0; i + 1 < layers.size(); i++) {
            graph =
                    Unbalancing.between(
                            graph,
                            layers.get(i) + "/kernel",
                            layers.get(i) + "/bias",
                            layers.get(i + 1) + "/kernel",
                            2000,
                            i);
        }
        var calibration = batches(graph, images("train").subset(every(41, 256)));
        var equalizing = new Corrections(true, BiasCorrection.NONE, null);

        // When
        var plain = new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, calibration).graph();
        var step = Int8Fixture.PLAIN.toBuilder().corrections(equalizing).build();
        var equalized = new PostTrainingInt8(step).quantize(graph, calibration);

        // Then
        double inFloat = accuracy(original);
        assertThat(accuracy(graph)).isEqualTo(inFloat);
        assertThat(accuracy(plain)).isLessThan(inFloat - 0.2);
        assertThat(equalized.notes())
                .anyMatch(s -> s.startsWith("4 pairs of layers equalized: conv1/Conv2D"));
        assertThat(accuracy(equalized.graph())).isGreaterThan(inFloat - 0.01);
    }

    @Test
    void weightsOfOneScaleAreBalancedAgainstThoseThatReadTheirChannels() {
        // Given
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 1, 3, 6, 1));
        var graph = net.build(net.convBias("conv2", first, 1, 6, 4, 1));
        graph =
                Unbalancing.between(
                        graph, "conv1/kernel", "conv1/bias/values", "conv2/kernel", 64, 3);

        // When
        var equalized = equalize(graph, true).graph();

        // Then
        var made = FloatTensor.of(equalized.node("conv1/kernel")).values();
        var read = FloatTensor.of(equalized.node("conv2/kernel")).values();
        var ratios = new float[6];
        for (int channel = 0; channel < 6; channel++) {
            float largestMade = 0;
            float largestRead = 0;
            for (int i = 0; i < 3; i++) {
                largestMade = Math.max(largestMade, Math.abs(made[6 * i + channel]));
            }
            for (int i = 0; i < 4; i++) {
                largestRead = Math.max(largestRead, Math.abs(read[4 * channel + i]));
            }
            ratios[channel] = largestMade / largestRead;
        }
        assertThat(spread(ratios)).isLessThan(1.001);
        assertThat(Int8Fixture.relativeError(graph, equalized, IMAGES)).isLessThan(1e-5);
    }

    private Equalized equalize(FlatGraph graph) {
        return equalize(graph, false);
    }

    private Equalized equalize(FlatGraph graph, boolean perTensor) {
        var folded = new BatchNormFolding().apply(graph);
        var layers =
                FusedLayerFinder.find(
                        folded, InferredShapes.of(folded), FusedLayerFinder.SumFusion.NONE);
        try (var passes = new ModelPasses(InputSpec.DEFAULT, List.of(IMAGES), folder)) {
            return CrossLayerEqualization.apply(folded, layers.found(), perTensor, passes);
        }
    }

    private String relu(String in) {
        return net.unary("Relu", in + "/relu", in);
    }

    private static float[] maxima(FlatGraph graph, String tensor) {
        try (var session = GraphSession.open(graph)) {
            var values = session.run(IMAGES, TensorRef.of(tensor));
            int channels = (int) values.shape()[values.rank() - 1];
            var maxima = new float[channels];
            for (int i = 0; i < values.values().length; i++) {
                maxima[i % channels] = Math.max(maxima[i % channels], values.values()[i]);
            }
            return maxima;
        }
    }

    private static double spread(float[] values) {
        double lowest =
                IntStream.range(0, values.length).mapToDouble(i -> values[i]).min().orElse(0);
        return max(values) / lowest;
    }

    private static double max(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).max().orElse(0);
    }

    private static ImageSet images(String part) {
        var source =
                part.equals("train")
                        ? new DataSource.Idx(
                                "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
                        : new DataSource.Idx(
                                "test-images-idx3-ubyte.gz", "test-labels-idx1-ubyte.gz");
        return ImageSources.open(source, EXAMPLE);
    }

    private static int[] every(int step, int count) {
        return IntStream.range(0, count).map(i -> i * step).toArray();
    }

    private static List<FloatTensor> batches(FlatGraph graph, ImageSet images) {
        var input = Preprocessor.of(SPEC, graph.signature().inputs().get(0));
        var all = new ArrayList<FloatTensor>();
        try (var batches = new Batches(images, input, 64).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                all.add(batch.images());
            }
        }
        return all;
    }

    private static double accuracy(FlatGraph graph) {
        var test = images("test").subset(every(1, 1000));
        var labels = test.labels().orElseThrow();
        int right = 0;
        int seen = 0;
        try (var session = GraphSession.open(graph)) {
            for (var batch : batches(graph, test)) {
                var scores = session.run(batch).get(0).values();
                for (int i = 0; i < batch.shape()[0]; i++) {
                    int first = i * 10;
                    int best =
                            IntStream.range(0, 10)
                                    .reduce(
                                            0,
                                            (a, b) ->
                                                    scores[first + a] >= scores[first + b] ? a : b);
                    right += best == labels[seen++] ? 1 : 0;
                }
            }
        }
        return right / 1000.0;
    }
}
