package io.pitlane.tests.techniques;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.bench.BenchStage;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.data.NpzFiles;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.onnx.reading.OnnxModel;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import io.pitlane.pipeline.stage.StageOutcome.Measured;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.prune.PruneStage;
import io.pitlane.quantize.QuantizeStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A residual network comes in as ONNX with the channels first, is pruned, quantized and measured,
 * and goes out in every format. What it should predict is what ONNX Runtime predicts with the file
 * that came in.
 */
class OnnxToEveryFormatTest {
    private static final int SIZE = 16;
    private static final int EACH = SIZE * SIZE * 3;
    private static final int CLASSES = 4;
    private static final int TRAIN = 600;
    private static final int TEST = 200;

    @TempDir static Path folder;
    private static Path onnx;
    private static float[] test;
    private static byte[] expected;

    @BeforeAll
    static void writeTheModelAndItsPredictions() throws IOException {
        TensorFlowRuntime.load();
        var train = images(TRAIN, 1);
        onnx = folder.resolve("resnet.onnx");
        new OnnxResNet(SIZE, new float[CLASSES]).write(onnx);
        new OnnxResNet(SIZE, balancing(scores(onnx, channelsFirst(train, TRAIN)))).write(onnx);
        OnnxModel.read(onnx, null).write(folder.resolve("original"));
        test = images(TEST, 2);
        expected = classes(onnx, channelsFirst(test, TEST));
        assertThat(IntStream.range(0, CLASSES).map(OnnxToEveryFormatTest::images).max().orElse(0))
                .isLessThan(TEST * 6 / 10);
        write("train.npz", train, classes(onnx, channelsFirst(train, TRAIN)));
        write("test.npz", test, expected);
    }

    @Test
    void aModelThatComesInAsOnnxGoesOutPrunedAndQuantizedInEveryFormat() throws IOException {
        // Given
        var models = new ArrayList<LocalModel>();
        models.add(local("original", folder.resolve("original")));
        var steps =
                List.of(
                        "prune: {method: channels, ratio: 0.25, fineTune: {epochs: 6, learningRate: 0.002}}",
                        "quantize: {}",
                        "bench: {batchSizes: [1], threads: 1, seconds: 0.01}");

        // When
        var pruned = (ModelMade) run(new PruneStage(), models, steps, 0);
        models.add(local("prune", pruned.savedModel()));
        var quantized = (ModelMade) run(new QuantizeStage(), models, steps, 1);
        models.add(local("quantize", quantized.savedModel()));
        var measured = (Measured) run(new BenchStage(), models, steps, 2);

        // Then
        var report = measured.report();
        assertThat(report.models().get(0).accuracy().headline().value()).isEqualTo(1);
        assertThat(report.models().get(1).macs())
                .isLessThan(report.models().get(0).macs() * 7 / 10);
        assertThat(measured.deliverables())
                .extracting(Deliverable::format)
                .containsExactly(DeliveryFormat.values());
        assertThat(report.models().get(2).engineAgreement())
                .extracting(EngineAgreement::agreement)
                .hasSize(3)
                .allMatch(agreement -> agreement >= 0.97);
        for (var engine : List.of(Engine.ONNXRUNTIME, Engine.TFLITE)) {
            assertThat(agreement(path(measured, engine), engine)).isGreaterThan(0.75);
        }
    }

    private static Path path(Measured measured, Engine engine) {
        return measured.deliverables().stream()
                .filter(delivered -> delivered.format().runsOn(engine))
                .findFirst()
                .orElseThrow()
                .path();
    }

    /** With the file that came in; what goes out takes images with the channels last. */
    private static double agreement(Path file, Engine engine) {
        var images = new FloatTensor(test, TEST, SIZE, SIZE, 3);
        try (var model = InferenceEngine.of(engine).load(file, LoadOptions.DEFAULT)) {
            var classes = best(model.predict(images).of("scores"));
            return IntStream.range(0, TEST).filter(i -> classes[i] == expected[i]).count()
                    / (double) TEST;
        }
    }

    private static byte[] classes(Path model, FloatTensor images) {
        return best(scores(model, images));
    }

    private static FloatTensor scores(Path model, FloatTensor images) {
        try (var loaded = InferenceEngine.of(Engine.ONNXRUNTIME).load(model, LoadOptions.DEFAULT)) {
            return loaded.predict(images).of("scores");
        }
    }

    /** What takes the mean of each class's scores to 0; else one class would win everywhere. */
    private static float[] balancing(FloatTensor scores) {
        var bias = new float[CLASSES];
        for (int i = 0; i < scores.values().length; i++) {
            bias[i % CLASSES] -= scores.values()[i] / scores.shape()[0];
        }
        return bias;
    }

    private static byte[] best(FloatTensor scores) {
        var classes = new byte[(int) scores.shape()[0]];
        for (int i = 0; i < classes.length; i++) {
            for (int c = 1; c < CLASSES; c++) {
                if (scores.values()[i * CLASSES + c] > scores.values()[i * CLASSES + classes[i]]) {
                    classes[i] = (byte) c;
                }
            }
        }
        return classes;
    }

    /** Test images of a class. */
    private static int images(int label) {
        return (int) IntStream.range(0, TEST).filter(i -> expected[i] == label).count();
    }

    /** Noise around a colour of its own, channels last. */
    private static float[] images(int count, long seed) {
        var random = new Random(seed);
        var values = new float[count * EACH];
        for (int i = 0; i < count; i++) {
            var colour =
                    IntStream.range(0, 3).mapToDouble(c -> 2 * random.nextGaussian()).toArray();
            for (int p = 0; p < EACH; p++) {
                values[i * EACH + p] = (float) (colour[p % 3] + random.nextGaussian());
            }
        }
        return values;
    }

    private static FloatTensor channelsFirst(float[] images, int count) {
        var turned = new float[images.length];
        int pixels = SIZE * SIZE;
        for (int i = 0; i < images.length; i++) {
            int pixel = i % EACH / 3;
            turned[i / EACH * EACH + i % 3 * pixels + pixel] = images[i];
        }
        return new FloatTensor(turned, count, 3, SIZE, SIZE);
    }

    private static void write(String file, float[] images, byte[] labels) throws IOException {
        NpzFiles.write(
                folder.resolve(file),
                NpzFiles.Array.floats(
                        "x", images, "%d, %d, %d, 3".formatted(labels.length, SIZE, SIZE)),
                new NpzFiles.Array("y", "|u1", "" + labels.length, labels));
    }

    private static LocalModel local(String label, Path model) {
        return new LocalModel(label, model, label, 0, List.of());
    }

    private static StageOutcome run(
            Stage stage, List<LocalModel> models, List<String> steps, int step) throws IOException {
        var plan =
                PlanReader.read(
                        """
                        name: onnx-in
                        model: resnet.onnx
                        data:
                          train: {npz: train.npz}
                          test: {npz: test.npz}
                        seed: 3
                        steps:
                          - %s
                        """
                                .formatted(String.join("\n  - ", steps)));
        var task =
                new StageTask(
                        "run",
                        plan,
                        step,
                        List.copyOf(models),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        Files.createTempDirectory(folder, "checkpoints"),
                        30,
                        null);
        return stage.run(task, ProgressListener.NONE);
    }
}
