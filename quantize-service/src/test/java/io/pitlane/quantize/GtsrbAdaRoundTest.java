package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.quantize.correction.LayerCorrections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Corrections of a model trained by Keras whose weights have few bits, evaluated on test images.
 */
class GtsrbAdaRoundTest {
    private static final Path SHARED = Path.of(System.getProperty("pitlane.shared", "../shared"));
    private static final Path MODEL = SHARED.resolve("models/keras-gtsrb");
    private static final Path DATA = SHARED.resolve("data/gtsrb");
    private static final InputSpec INPUT = InputSpec.builder().resize(List.of(30, 30)).build();

    @TempDir private Path folder;

    @Test
    void adaRoundHelpsWeightsOf3BitsAndDoesNoHarmTo8() {
        // Given
        assumeTrue(Files.isDirectory(MODEL), "there is no " + MODEL);
        var graph = SavedModelReader.read(MODEL);
        var calibration = images(graph, "train", 256, 30);
        var test = images(graph, "test", 1000, 12);
        var of8 = new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, calibration).graph();
        var of3 = withWeightsOfBits(of8, graph, 3);
        var learned = new Corrections(false, BiasCorrection.NONE, new AdaRound(200, 0.02, null));

        // When
        var rounded8 = corrected(graph, of8, learned, calibration);
        var rounded3 = corrected(graph, of3, learned, calibration);

        // Then
        assertThat(agreement(graph, rounded8, test))
                .isGreaterThanOrEqualTo(agreement(graph, of8, test) - 0.002);
        assertThat(agreement(graph, rounded3, test))
                .isGreaterThan(agreement(graph, of3, test) + 0.03);
    }

    private FlatGraph corrected(
            FlatGraph graph,
            FlatGraph quantized,
            Corrections corrections,
            List<FloatTensor> calibration) {
        return new LayerCorrections(
                        corrections, InputSpec.DEFAULT, 1, folder, ProgressListener.NONE)
                .apply(
                        graph,
                        graph,
                        quantized,
                        FusedLayerFinder.find(
                                        graph,
                                        InferredShapes.of(graph),
                                        FusedLayerFinder.SumFusion.NONE)
                                .found(),
                        calibration)
                .graph();
    }

    private static FlatGraph withWeightsOfBits(FlatGraph quantized, FlatGraph graph, int bits) {
        var editor = quantized.edit();
        for (var node : quantized.nodes()) {
            var grid = FakeQuantization.of(quantized, node);
            if (grid.isPresent() && grid.get().isPerChannel()) {
                var kernel = TensorRef.parse(node.getInput(0));
                var weights = FloatTensor.of(graph.node(kernel.node()));
                var limits = new float[grid.get().limits().length];
                for (int i = 0; i < weights.values().length; i++) {
                    int channel = i % limits.length;
                    limits[channel] = Math.max(limits[channel], Math.abs(weights.values()[i]));
                }
                editor.put(weights.toConst(kernel.node()));
                FakeQuantization.add(
                        editor,
                        node.getName(),
                        kernel,
                        new Quantization(bits, true, limits, 0, grid.get().axis()));
            }
        }
        return editor.build();
    }

    private static List<FloatTensor> images(FlatGraph graph, String part, int count, int step) {
        var source =
                new DataSource.Idx(part + "-images-idx4-ubyte.gz", part + "-labels-idx1-ubyte.gz");
        var chosen = IntStream.range(0, count).map(i -> i * step).toArray();
        var input = Preprocessor.of(INPUT, graph.signature().inputs().get(0));
        var images = new ArrayList<FloatTensor>();
        try (var batches =
                new Batches(ImageSources.open(source, DATA).subset(chosen), input, 100).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                images.add(batch.images());
            }
        }
        return images;
    }

    /** The share of images with the same class. */
    private static double agreement(FlatGraph one, FlatGraph other, List<FloatTensor> images) {
        int same = 0;
        int all = 0;
        try (var first = GraphSession.open(one);
                var second = GraphSession.open(other)) {
            for (var batch : images) {
                var expected = first.run(batch).get(0).values();
                var actual = second.run(batch).get(0).values();
                for (int image = 0; image < batch.shape()[0]; image++) {
                    same += best(expected, image * 43) == best(actual, image * 43) ? 1 : 0;
                    all++;
                }
            }
        }
        return (double) same / all;
    }

    private static int best(float[] scores, int from) {
        return IntStream.range(0, 43)
                .reduce(0, (a, b) -> scores[from + a] >= scores[from + b] ? a : b);
    }
}
