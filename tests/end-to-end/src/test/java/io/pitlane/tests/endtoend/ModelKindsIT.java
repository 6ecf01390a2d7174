package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.data.NpzFiles;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kinds of model that people have, each pruned, quantized and measured by a plan that names the
 * model, the data and the steps, with the memory of a machine of 8 GB. Only the timing is shorter
 * than by default; {@code -Dpitlane.kinds.seconds=10} makes it as long.
 */
@Tag("long")
class ModelKindsIT {
    /** What the JVM of a job takes of 8 GB: a quarter as heap, and half of the rest. */
    private static final Map<String, String> EIGHT_GIGABYTES =
            Map.of(
                    "PITLANE_JOB_JVM_OPTIONS",
                    PitlaneProcess.SHORT_LIVED + ",-Xmx2g,-Dpitlane.native-memory-mib=3072");

    /** Seconds of timed calls per model and batch size; 10 is the default of a plan. */
    private static final String SECONDS = System.getProperty("pitlane.kinds.seconds", "0.1");

    /** Pixels of 0 to 255 as 0 to 1. */
    private static final String TO_ONE = "{scale: 0.00392156862745098}";

    private static final int MACHINE_MEBIBYTES = 8_000_000 / 1024;

    @TempDir static Path home;
    private static PitlaneProcess stack;
    private static String address;

    @TempDir Path work;
    private String kind;

    @BeforeAll
    static void startTheStack() {
        TensorFlowRuntime.load();
        stack =
                PitlaneProcess.start(
                        home, EIGHT_GIGABYTES, "up", "--state", "state", "--port", "0");
        address = stack.awaitReady();
    }

    @AfterAll
    static void stopTheStack() {
        stack.stop();
    }

    @BeforeEach
    void nameTheKind(TestInfo test) {
        kind = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void aTensorFlow1ExportWithAFixedBatch() throws Exception {
        // Given
        SampleModels.writeFixedBatch(model(), 128);
        draw(32, 32, 256, 64);

        // When
        var report = compress("classification", TO_ONE, "labels: %1$s/halves.csv");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(outputs("predict_images", 1).get("scores").shape()).containsExactly(1, 10);
        assertThat(outputs("predict_images", 3).get("scores").shape()).containsExactly(3, 10);
    }

    @Test
    void aKeras3Export() throws Exception {
        // Given
        Files.move(RealModels.unpack("keras3-residual", work), model());
        draw(16, 16, 256, 64);

        // When
        var report = compress("classification", TO_ONE, "labels: %1$s/halves.csv");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(onlyOutput(2).shape()).containsExactly(2, 10);
    }

    @Test
    void aFrozenGraph() throws Exception {
        // Given
        SampleModels.writeFrozen(RealModels.unpack("tf1-reference-variables", work), model());
        draw(12, 12, 256, 64);

        // When
        var report = compress("classification", TO_ONE, "labels: %1$s/halves.csv");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(onlyOutput(2).shape()).containsExactly(2, 5);
    }

    @Test
    void aSegmenterOf512x512() throws Exception {
        // Given
        SavedModelWriter.write(SampleGraphs.unet(512, 60), model());
        draw(512, 512, 8, 2);

        // When
        var report = compress("segmentation", TO_ONE, "masks: %1$s/masks");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(report.models().get(0).notes())
                .anySatisfy(note -> assertThat(note).startsWith("Batch size 32 was not timed: "));
        assertThat(report.models().get(1).notes())
                .anySatisfy(note -> assertThat(note).startsWith("micro-batches of "));
        assertThat(onlyOutput(1).shape()).containsExactly(1, 512, 512, 60);
    }

    @Test
    void depthwiseConvolutions() throws Exception {
        // Given
        Files.move(RealModels.unpack("keras3-depthwise", work), model());
        draw(24, 24, 256, 64);

        // When
        var report = compress("classification", "{}", "labels: %1$s/halves.csv");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(onlyOutput(2).shape()).containsExactly(2, 10);
    }

    @Test
    void aRegression() throws Exception {
        // Given
        Files.move(RealModels.unpack("keras3-steering", work), model());
        draw(40, 36, 256, 64);

        // When
        var report = compress("regression", TO_ONE, "targets: %1$s/middles.csv");

        // Then
        assertJudged(report, "maxErrorIncrease");
        assertThat(outputs("serving_default", 2).get("steering").shape()).containsExactly(2, 1);
    }

    @Test
    void aDetector() throws Exception {
        // Given
        Files.move(RealModels.unpack("module-suppression", work), model());
        draw(32, 32, 64, 16);

        // When
        var report = compress("detection", TO_ONE, "coco: %1$s/boxes.json");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(outputs("serving_default", 1).get("detection_boxes").shape())
                .containsExactly(1, 10, 4);
    }

    @Test
    void spectrograms() throws Exception {
        // Given
        SavedModelWriter.write(SampleModels.spectrogram(), model());
        writeSpectrograms("train", 256);
        writeSpectrograms("test", 64);

        // When
        var report = compressData("classification", "{mean: [-60], std: [20]}", "{npz: %s.npz}");

        // Then
        assertJudged(report, "maxAccuracyDrop");
        assertThat(onlyOutput(2).shape()).containsExactly(2, 10);
    }

    @Test
    void anImageAndASpeed() throws Exception {
        // Given
        SavedModelWriter.write(SampleModels.imageAndSpeed(), model());
        draw(200, 66, 128, 32);

        // When
        var report = compress("regression", TO_ONE, "targets: %1$s/middles.csv");

        // Then
        assertJudged(report, "maxErrorIncrease");
        assertThat(report.models().get(0).notes())
                .contains("Input 'speed' is fed zeros; the images go to 'image'.");
        assertThat(onlyOutput(2).shape()).containsExactly(2, 1);
    }

    private Path model() {
        return work.resolve("model");
    }

    private void draw(int width, int height, int train, int test) throws IOException {
        RectangleImages.draw(work.resolve("train"), width, height, train);
        RectangleImages.draw(work.resolve("test"), width, height, test);
    }

    /** Noise between -100 and -20 dB; the third of the frames that is louder is the class. */
    private void writeSpectrograms(String name, int count) throws IOException {
        var random = new Random(count);
        var values = new float[count * 96 * 64];
        var labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(3);
            for (int p = 0; p < 96 * 64; p++) {
                boolean isLoud = p / 64 / 32 == labels[i];
                values[i * 96 * 64 + p] = -100 + 60 * random.nextFloat() + (isLoud ? 20 : 0);
            }
        }
        NpzFiles.write(
                work.resolve(name + ".npz"),
                NpzFiles.Array.floats("x", values, count + ", 96, 64"),
                new NpzFiles.Array("y", "|u1", String.valueOf(count), labels));
    }

    private Report compress(String task, String input, String annotations) throws Exception {
        return compressData(task, input, "{folder: %1$s/images, " + annotations + "}");
    }

    private Report compressData(String task, String input, String data) throws Exception {
        Files.writeString(
                work.resolve("plan.yaml"),
                """
                name: model
                model: model
                task: %s
                data:
                  train: %s
                  test: %s
                input: %s
                steps: [prune: {}, quantize: {}, bench: {seconds: %s}]
                """
                        .formatted(
                                task,
                                data.formatted("train"),
                                data.formatted("test"),
                                input,
                                SECONDS));
        var began = Instant.now();
        try (var run =
                        PitlaneProcess.start(
                                work,
                                Map.of("PITLANE_SERVER", address),
                                "compress",
                                "plan.yaml",
                                "--out",
                                "out");
                var memory = new ResidentMemory(() -> Stream.concat(stack.tree(), run.tree()))) {
            assertThat(run.exitCode()).as(run.printed()).isIn(0, 3);
            System.out.printf(
                    "%s: %d s, all processes at most %d MiB%n",
                    kind,
                    Duration.between(began, Instant.now()).toSeconds(),
                    memory.peakMebibytes());
            assertThat(memory.peakMebibytes()).isLessThan(MACHINE_MEBIBYTES);
        }
        return ContractJson.MAPPER.readValue(
                work.resolve("out/report.json").toFile(), Report.class);
    }

    private static void assertJudged(Report report, String constraint) {
        assertThat(report.models())
                .extracting(ModelFigures::label)
                .containsExactly("original", "prune", "quantize");
        assertThat(report.models().get(2).format()).isEqualTo("int8");
        assertThat(report.models()).allSatisfy(ModelKindsIT::assertMeasured);
        assertSmallerOrNoted(report.models().get(0), report.models().get(1));
        assertSmallerOrNoted(report.models().get(1), report.models().get(2));
        assertNoExportDiffers(report.models().get(2));
        assertThat(report.verdict().conditions())
                .isNotEmpty()
                .allSatisfy(
                        condition -> {
                            assertThat(condition.constraint())
                                    .isIn(
                                            constraint,
                                            constraint + "[onnx]",
                                            constraint + "[tflite]");
                            assertThat(condition.byDefault()).isTrue();
                            assertThat(condition.measured()).isNotNull();
                        });
    }

    private static void assertMeasured(ModelFigures model) {
        assertThat(model.accuracy()).isNotNull();
        assertThat(model.fidelity().relativeL2()).isFinite();
        assertThat(model.latency()).extracting(Report.Latency::batch).contains(1);
    }

    /** A format may be missing for what it cannot express, never for what its engine computes. */
    private static void assertNoExportDiffers(ModelFigures candidate) {
        var delivery =
                candidate.notes().stream().filter(note -> note.contains("elivered as ")).toList();
        System.out.println(String.join(System.lineSeparator(), delivery));
        assertThat(delivery)
                .anyMatch(note -> note.startsWith("Delivered as tensorflow: "))
                .anyMatch(note -> note.startsWith("Delivered as packed: "))
                .noneMatch(
                        note ->
                                note.matches(
                                        "Not delivered as \\w+: (run by|.* does not run it).*"));
    }

    private static void assertSmallerOrNoted(ModelFigures before, ModelFigures after) {
        if (after.sizeBytes() > 1.02 * before.sizeBytes()) {
            assertThat(after.notes())
                    .anySatisfy(note -> assertThat(note).startsWith("Larger on disk than"));
        }
    }

    private FloatTensor onlyOutput(int images) {
        var outputs = outputs("serving_default", images);
        assertThat(outputs).hasSize(1);
        return outputs.values().iterator().next();
    }

    /** What TensorFlow's own loader makes of the candidate and random images. */
    private Map<String, FloatTensor> outputs(String signature, int images) {
        var candidate = work.resolve("out/model");
        assertThat(SavedModelReader.read(candidate).signature().key()).isEqualTo(signature);
        var outputs = ModelOutputs.ofOriginal(candidate, signature, images, 1).byPort();
        assertThat(outputs.values())
                .allSatisfy(
                        output -> {
                            for (float value : output.values()) {
                                assertThat(Float.isFinite(value)).isTrue();
                            }
                        });
        return outputs;
    }
}
