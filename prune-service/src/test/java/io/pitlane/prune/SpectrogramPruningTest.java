package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.NpzFiles;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.evaluation.preflight.Preflight;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A classifier of spectrograms, float32 {@code [N, T, F]} in decibels, from data to pruned model.
 */
class SpectrogramPruningTest {
    private static final int FRAMES = 12;
    private static final int BANDS = 8;
    private static final int CLASSES = 3;

    private static final InputSpec DECIBELS =
            InputSpec.builder().mean(List.of(-60.0)).std(List.of(20.0)).build();
    private static final Training SHORT =
            Training.builder().epochs(8).learningRate(0.01).batchSize(32).build();
    private static final PruneStep HALF =
            PruneStep.builder()
                    .method(PruneStep.Method.CHANNELS)
                    .ratio(0.5)
                    .fineTune(SHORT)
                    .build();

    @TempDir static Path folder;
    private static Path original;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        spectrograms("train.npz", 300, 1);
        spectrograms("test.npz", 150, 2);
        var untrained = net();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        var images = ImageSources.open(new NpzSource("train.npz", null), folder);
        var input = Preprocessor.of(DECIBELS, untrained.signature().inputs().get(0), images);
        var trained =
                new FineTuning(untrained, untrained, Task.CLASSIFICATION, SHORT, labelsOnly, 1)
                        .run(images, input, TrainingListener.NONE)
                        .graph();
        original = folder.resolve("original");
        SavedModelWriter.write(trained, original);
    }

    @Test
    void aModelOfSpectrogramsIsCheckedPrunedAndEvaluated() throws IOException {
        // Given
        var plan = plan(DECIBELS);
        Preflight.check(plan, original, folder);

        // When
        var made = prune(plan);

        // Then
        assertThat(accuracy(original)).isGreaterThan(0.9);
        assertThat(accuracy(made.savedModel())).isGreaterThan(0.9);
        var pruned = SavedModelReader.read(made.savedModel());
        assertThat(pruned.signature().inputs().get(0).shape())
                .containsExactly(-1L, (long) FRAMES, (long) BANDS);
        assertThat(FloatTensor.of(pruned.node("c1/kernel")).shape()[3]).isLessThan(16);
    }

    @Test
    void aPlanThatResizesSpectrogramsIsRefusedBeforeTheRun() {
        var resized = InputSpec.builder().resize(List.of(FRAMES, BANDS)).build();

        assertThatThrownBy(() -> Preflight.check(plan(resized), original, folder))
                .isInstanceOf(FailureException.class)
                .hasMessage(
                        "input.resize is for images, but the data holds float32 arrays [12, 8].");
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, FRAMES, BANDS);
        var map = net.reshape("map", "x", -1, FRAMES, BANDS, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", map, 1, 16), 16));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 16, 16), 16));
        var flat = net.reshape("flat", c2, -1, FRAMES / 2 * BANDS / 2 * 16);
        var logits =
                net.bias("b3", net.dense("d", flat, FRAMES / 2 * BANDS / 2 * 16, CLASSES), CLASSES);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    /** Noise between -100 and -20 dB; the third of the frames that is louder tells the class. */
    private static void spectrograms(String file, int count, long seed) throws IOException {
        var random = new Random(seed);
        var values = new float[count * FRAMES * BANDS];
        var labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(CLASSES);
            for (int p = 0; p < FRAMES * BANDS; p++) {
                boolean isLoud = p / BANDS * CLASSES / FRAMES == labels[i];
                values[i * FRAMES * BANDS + p] = -100 + 60 * random.nextFloat() + (isLoud ? 20 : 0);
            }
        }
        NpzFiles.write(
                folder.resolve(file),
                NpzFiles.Array.floats("x", values, count + ", " + FRAMES + ", " + BANDS),
                new NpzFiles.Array("y", "|u1", "" + count, labels));
    }

    private static Plan plan(InputSpec input) {
        return Plan.builder()
                .name("spectrograms")
                .model("original")
                .data(
                        new DataSpec(
                                new NpzSource("train.npz", null), new NpzSource("test.npz", null)))
                .input(input)
                .steps(List.of(HALF))
                .seed(3L)
                .build();
    }

    private static ModelMade prune(Plan plan) throws IOException {
        var model = new StageTask.LocalModel("original", original, "0", 0, List.of());
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(model),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        Files.createDirectories(folder.resolve("checkpoints")),
                        30,
                        null);
        return (ModelMade) new PruneStage().run(task, ProgressListener.NONE);
    }

    private static double accuracy(Path model) {
        var images = ImageSources.open(new NpzSource("test.npz", null), folder);
        return Evaluator.evaluate(model, Task.CLASSIFICATION, images, DECIBELS)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
