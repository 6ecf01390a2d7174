package io.pitlane.tests.techniques;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.bench.BenchStage;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.Measured;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.quantize.QuantizeStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** A run whose delivered models take pixels: {@code quantize: {inputType: uint8}}. */
class PixelImagesTest {
    private static final int SIDE = 8;

    @TempDir static Path folder;

    private static LocalModel quantized;
    private static Measured measured;
    private static ImageSet test;

    @BeforeAll
    static void run() throws IOException {
        TensorFlowRuntime.load();
        QuadrantImages.write(folder, "train", 40, 1);
        QuadrantImages.write(folder, "test", 64, 2);
        test = ImageSources.open(plan().data().test(), folder);
        SavedModelWriter.write(net(), folder.resolve("original"));
        var original = new LocalModel("original", folder.resolve("original"), "0", 0, List.of());
        var made = (ModelMade) run(new QuantizeStage(), 0, List.of(original));
        quantized = new LocalModel("quantize", made.savedModel(), "1", 0, made.notes());
        measured = (Measured) run(new BenchStage(), 1, List.of(original, quantized));
    }

    @Test
    void everyDeliveredModelScalesPixelsItself() {
        // Given
        var expected = candidateOfPreprocessedImages();
        var pixels = pixels();

        for (var format : ModelFormat.values()) {
            // When
            var engine = InferenceEngine.of(format.engine());
            var options = LoadOptions.of(null, plan().input());
            try (var model = engine.load(path(DeliveryFormat.of(format)), options)) {
                var actual = model.predict(pixels).byName().values().iterator().next().values();

                // Then
                assertThat(model.input().dtype()).isEqualTo(DataType.DT_UINT8);
                assertThat(actual).containsExactly(expected, within(0.02f));
            }
        }
        assertThat(measured.deliverables())
                .extracting(StageOutcome.Deliverable::format)
                .containsExactly(DeliveryFormat.values());
    }

    @Test
    void theReportHasTheFiguresOfModelsThatTakePixels() {
        var models = measured.report().models();
        assertThat(models.get(1).notes())
                .contains("Delivered models take pixels as uint8: they scale them themselves.");
        assertThat(models.get(1).delivered())
                .filteredOn(delivered -> delivered.unmeasured() == null)
                .hasSize(ModelFormat.values().length)
                .allSatisfy(
                        format ->
                                assertThat(format.fidelity().agreement())
                                        .isEqualTo(models.get(1).fidelity().agreement()));
    }

    @Test
    void thePackedFileHoldsTheModelThatTakesPixels() throws IOException {
        // Given
        var expected = candidateOfPreprocessedImages();
        long withoutPixels = measured.report().models().get(1).packedBytes();

        // When
        var unpacked =
                PackedModelReader.read(path(DeliveryFormat.PACKED), PackedModelReader.MOST_BYTES);

        // Then
        assertThat(Files.size(path(DeliveryFormat.PACKED)) - withoutPixels).isBetween(1L, 200L);
        assertThat(unpacked.signature().inputs().get(0).dtype()).isEqualTo(DataType.DT_UINT8);
        try (var session = GraphSession.open(unpacked, plan().input())) {
            assertThat(session.run(pixels()).get(0).values())
                    .containsExactly(expected, within(0.02f));
        }
    }

    private static Path path(DeliveryFormat format) {
        return measured.deliverables().stream()
                .filter(deliverable -> deliverable.format() == format)
                .findFirst()
                .orElseThrow()
                .path();
    }

    private static float[] candidateOfPreprocessedImages() {
        var graph = SavedModelReader.read(quantized.savedModel());
        try (var session = GraphSession.open(graph, plan().input())) {
            var all = new int[test.size()];
            Arrays.setAll(all, i -> i);
            var port = graph.signature().inputs().get(0);
            assertThat(port.dtype()).isEqualTo(DataType.DT_FLOAT);
            return session.run(Preprocessor.of(plan().input(), port).batch(test, all))
                    .get(0)
                    .values();
        }
    }

    private static FloatTensor pixels() {
        int size = SIDE * SIDE;
        var values = new float[test.size() * size];
        for (int i = 0; i < test.size(); i++) {
            Image image = test.image(i);
            for (int p = 0; p < size; p++) {
                values[i * size + p] = Byte.toUnsignedInt(image.pixels()[p]);
            }
        }
        return new FloatTensor(values, test.size(), SIDE, SIDE, 1);
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, SIDE, SIDE, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 8), 8));
        var c2 = net.relu(net.bias("b2", net.conv("c2", c1, 8, 8), 8));
        var flat = net.reshape("flat", net.pool("p1", c2), -1, 128);
        var logits = net.bias("b3", net.dense("d", flat, 128, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    private static StageOutcome run(Stage stage, int step, List<LocalModel> models)
            throws IOException {
        return stage.run(
                new StageTask(
                        "run",
                        plan(),
                        step,
                        models,
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        Files.createTempDirectory(folder, "checkpoints"),
                        30,
                        null),
                ProgressListener.NONE);
    }

    private static Plan plan() {
        return PlanReader.read(
                """
                name: pixels
                model: original
                data:
                  train: {images: train-images, labels: train-labels}
                  test: {images: test-images, labels: test-labels}
                input: {channels: grey, scale: 0.00392156862745098, mean: [0.4], std: [0.3]}
                steps:
                  - quantize: {inputType: uint8}
                  - bench: {batchSizes: [1], seconds: 0.01}
                """);
    }
}
