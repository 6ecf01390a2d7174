package io.pitlane.tests.techniques;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.bench.BenchStage;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.NpzFiles;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.distill.DistillStage;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.prune.PruneStage;
import io.pitlane.quantize.QuantizeStage;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.NodeDef;

/**
 * Stages on a classifier of float32 arrays {@code [T, F, 2]} from .npz files: spectrograms of two
 * microphones, in decibels. Accuracies are counted here, from arrays that no library has read.
 */
class ArraysTest {
    private static final int FRAMES = 12;
    private static final int BANDS = 8;
    private static final int EACH = FRAMES * BANDS * 2;
    private static final int CLASSES = 3;
    private static final int TEST = 150;
    private static final InputSpec DECIBELS =
            InputSpec.builder().mean(List.of(-60.0, -70.0)).std(List.of(20.0)).build();

    @TempDir static Path folder;
    private static LocalModel original;
    private static Arrays test;

    /**
     * @param values in decibels
     * @param labels the class of each array
     */
    private record Arrays(float[] values, byte[] labels) {}

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        write("train.npz", random(300, 1));
        test = random(TEST, 2);
        write("test.npz", test);
        var untrained = net();
        var training = Training.builder().epochs(8).learningRate(0.01).batchSize(32).build();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        var arrays = ImageSources.open(new NpzSource("train.npz", null), folder);
        var input = Preprocessor.of(DECIBELS, untrained.signature().inputs().get(0), arrays);
        var trained =
                new FineTuning(untrained, untrained, Task.CLASSIFICATION, training, labelsOnly, 1)
                        .run(arrays, input, TrainingListener.NONE)
                        .graph();
        SavedModelWriter.write(trained, folder.resolve("original"));
        original = local("original", folder.resolve("original"));
        assertThat(accuracy(original.savedModel())).isGreaterThan(0.9);
    }

    @Test
    void aNarrowStudentOfArraysIsDistilled() throws IOException {
        // When
        var made =
                made(
                        new DistillStage(),
                        "distill: {student: {width: 0.5},"
                                + " training: {epochs: 8, learningRate: 0.01, batchSize: 32}}");

        // Then
        var student = SavedModelReader.read(made.savedModel());
        assertThat(FloatTensor.of(student.node("c2/kernel")).shape()).containsExactly(3, 3, 8, 8);
        assertThat(accuracy(made.savedModel())).isGreaterThan(0.9);
    }

    @Test
    void aModelOfArraysIsCalibratedAndQuantized() throws IOException {
        // When
        var made = made(new QuantizeStage(), "quantize: {calibration: {samples: 64}}");

        // Then
        assertThat(made.notes()).contains("3 of 3 layers in int8");
        var quantized = SavedModelReader.read(made.savedModel());
        assertThat(TensorFlowExport.of(quantized, Precision.INT8).graph().nodes())
                .extracting(NodeDef::getOp)
                .doesNotContain("Conv2D", "MatMul");
        assertThat(accuracy(made.savedModel())).isGreaterThan(0.9);
    }

    @Test
    void aModelOfArraysTakesNoPixels() {
        assertThatThrownBy(() -> made(new QuantizeStage(), "quantize: {inputType: uint8}"))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("the training data are arrays of floats");
    }

    @Test
    void aQuantizedModelIsDistilledWithItsQuantizersInPlace() throws IOException {
        // Given
        var quantized = made(new QuantizeStage(), "quantize: {calibration: {samples: 64}}");

        // When
        var distilled =
                (ModelMade)
                        run(
                                new DistillStage(),
                                List.of(original, local("quantize", quantized.savedModel())),
                                "quantize: {}",
                                "distill: {training: {epochs: 2, learningRate: 0.01,"
                                        + " quantizationSteps: fixed}}");

        // Then: other weights; the scales of the activations are the same
        var before = QuantizedGraph.of(SavedModelReader.read(quantized.savedModel()));
        var after = QuantizedGraph.of(SavedModelReader.read(distilled.savedModel()));
        assertThat(after.quantizations()).containsOnlyKeys(before.quantizations().keySet());
        before.quantizations()
                .forEach(
                        (tensor, quantization) -> {
                            if (!quantization.isPerChannel()) {
                                assertThat(after.of(tensor)).contains(quantization);
                            }
                        });
        var kernel = FloatTensor.of(after.floats().node("c2/kernel"));
        assertThat(kernel).isNotEqualTo(FloatTensor.of(before.floats().node("c2/kernel")));
        assertThat(largestPair(kernel, after.of(TensorRef.of("c2/kernel")).orElseThrow()))
                .isLessThanOrEqualTo(128);
        var int8 =
                TensorFlowExport.of(SavedModelReader.read(distilled.savedModel()), Precision.INT8);
        assertThat(int8.graph().nodes())
                .extracting(NodeDef::getOp)
                .doesNotContain("Conv2D", "MatMul");
        assertThat(accuracy(distilled.savedModel())).isGreaterThan(0.9);
    }

    @Test
    void channelsOfAQuantizedModelArePruned() throws IOException {
        // Given
        var quantized = made(new QuantizeStage(), "quantize: {calibration: {samples: 64}}");

        // When
        var pruned =
                (ModelMade)
                        run(
                                new PruneStage(),
                                List.of(original, local("quantize", quantized.savedModel())),
                                "quantize: {}",
                                "prune: {method: channels, ratio: 0.5,"
                                        + " fineTune: {epochs: 4, learningRate: 0.01}}");

        // Then
        var graph = SavedModelReader.read(pruned.savedModel());
        var apart = QuantizedGraph.of(graph);
        assertThat(FloatTensor.of(apart.floats().node("c2/kernel")).shape())
                .containsExactly(3, 3, 8, 8);
        assertThat(apart.of(TensorRef.of("c2/kernel")).orElseThrow().limits()).hasSize(8);
        assertThat(TensorFlowExport.of(graph, Precision.INT8).graph().nodes())
                .extracting(NodeDef::getOp)
                .doesNotContain("Conv2D", "MatMul");
        assertThat(accuracy(pruned.savedModel())).isGreaterThan(0.9);
    }

    /** The largest sum of two neighbouring weights {@code [H, W, I, O]} of a channel, in steps. */
    private static double largestPair(FloatTensor kernel, Quantization quantization) {
        int channels = quantization.limits().length;
        double largest = 0;
        for (int i = 0; i + channels < kernel.values().length; i++) {
            double sum = kernel.values()[i] + kernel.values()[i + channels];
            largest = Math.max(largest, Math.abs(sum) / quantization.scale(i % channels));
        }
        return largest - 1e-3;
    }

    @Test
    void modelsOfArraysAreMeasured() throws IOException {
        // Given
        var untrained = folder.resolve("untrained");
        SavedModelWriter.write(net(), untrained);

        // When
        var report =
                measured(
                        List.of(original, local("distill", untrained)),
                        "distill: {training: {epochs: 0}}",
                        "bench: {batchSizes: [1, 4], threads: 1, seconds: 0.01}");

        // Then
        assertThat(report.models())
                .extracting(ArraysTest::headline)
                .satisfiesExactly(
                        value ->
                                assertThat(value)
                                        .isCloseTo(accuracy(original.savedModel()), within(1e-9)),
                        value -> assertThat(value).isCloseTo(accuracy(untrained), within(1e-9)));
        assertThat(report.models())
                .allSatisfy(
                        model ->
                                assertThat(model.latency())
                                        .extracting(Report.Latency::batch)
                                        .containsExactly(1, 1, 1, 4, 4, 4));
    }

    private static double headline(ModelFigures model) {
        return model.accuracy().headline().value();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, FRAMES, BANDS, 2);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 2, 16), 16));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 16, 16), 16));
        int features = FRAMES / 2 * BANDS / 2 * 16;
        var flat = net.reshape("flat", c2, -1, features);
        var logits = net.bias("b3", net.dense("d", flat, features, CLASSES), CLASSES);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    /** Noise between -100 and -20 dB; the third of the frames that is louder tells the class. */
    private static Arrays random(int count, long seed) {
        var random = new Random(seed);
        var arrays = new Arrays(new float[count * EACH], new byte[count]);
        for (int i = 0; i < count; i++) {
            arrays.labels()[i] = (byte) random.nextInt(CLASSES);
            for (int p = 0; p < EACH; p++) {
                boolean isLoud = p / (2 * BANDS) * CLASSES / FRAMES == arrays.labels()[i];
                arrays.values()[i * EACH + p] = -100 + 60 * random.nextFloat() + (isLoud ? 20 : 0);
            }
        }
        return arrays;
    }

    private static void write(String file, Arrays arrays) throws IOException {
        int count = arrays.labels().length;
        NpzFiles.write(
                folder.resolve(file),
                NpzFiles.Array.floats(
                        "x", arrays.values(), "%d, %d, %d, 2".formatted(count, FRAMES, BANDS)),
                new NpzFiles.Array("y", "|u1", "" + count, arrays.labels()));
    }

    private static LocalModel local(String label, Path model) {
        return new LocalModel(label, model, label, 0, List.of());
    }

    private static ModelMade made(Stage stage, String step) throws IOException {
        return (ModelMade) run(stage, List.of(original), step);
    }

    private static Report measured(List<LocalModel> models, String... steps) throws IOException {
        return ((StageOutcome.Measured) run(new BenchStage(), models, steps)).report();
    }

    /** Runs the last of some steps. */
    private static StageOutcome run(Stage stage, List<LocalModel> models, String... steps)
            throws IOException {
        var task =
                new StageTask(
                        "run",
                        plan(steps),
                        steps.length - 1,
                        models,
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        Files.createTempDirectory(folder, "checkpoints"),
                        30,
                        null);
        return stage.run(task, ProgressListener.NONE);
    }

    private static Plan plan(String... steps) {
        return PlanReader.read(
                """
                name: spectrograms
                model: original
                data:
                  train: {npz: train.npz}
                  test: {npz: test.npz}
                input: {mean: [-60, -70], std: [20]}
                seed: 3
                steps:
                  - %s
                """
                        .formatted(String.join("\n  - ", steps)));
    }

    /** Share of the test arrays whose largest score is that of their class. */
    private static double accuracy(Path model) {
        var input = new float[test.values().length];
        for (int i = 0; i < input.length; i++) {
            input[i] = (test.values()[i] + (i % 2 == 0 ? 60 : 70)) / 20;
        }
        try (var session = GraphSession.open(SavedModelReader.read(model))) {
            float[] scores =
                    session.run(new FloatTensor(input, TEST, FRAMES, BANDS, 2)).get(0).values();
            return IntStream.range(0, TEST)
                            .filter(i -> best(scores, i * CLASSES) == test.labels()[i])
                            .count()
                    / (double) TEST;
        }
    }

    private static int best(float[] scores, int from) {
        return IntStream.range(0, CLASSES)
                .reduce((a, b) -> scores[from + b] > scores[from + a] ? b : a)
                .orElseThrow();
    }
}
