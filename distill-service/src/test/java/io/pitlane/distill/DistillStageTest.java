package io.pitlane.distill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.DataSource;
import io.pitlane.contract.DataSpec;
import io.pitlane.contract.DistillStep;
import io.pitlane.contract.FineTune;
import io.pitlane.contract.InputSpec;
import io.pitlane.contract.Plan;
import io.pitlane.contract.StageName;
import io.pitlane.contract.Task;
import io.pitlane.contract.Training;
import io.pitlane.model.channels.TestNet;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.data.QuadrantImages;
import io.pitlane.model.eval.Evaluator;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.runtime.TensorFlowRuntime;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import io.pitlane.model.train.FineTuning;
import io.pitlane.model.train.TrainingListener;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillStageTest {
    private static final InputSpec INPUT =
            new InputSpec(null, null, InputSpec.Channels.GREY, 1 / 255.0, null, null);

    @TempDir static Path folder;
    private static Path original;
    private static DataSource train;
    private static DataSource test;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", 400, 1);
        test = QuadrantImages.write(folder, "test", 400, 2);
        var untrained = net();
        var labelsOnly = new FineTune(12, 0.01, 32, 1.0, 0.0, null);
        var trained =
                new FineTuning(untrained, untrained, Task.CLASSIFICATION, labelsOnly, 1)
                        .run(
                                ImageSet.open(train, folder),
                                Preprocessor.of(INPUT, untrained.signature().inputs().get(0)),
                                TrainingListener.NONE)
                        .graph();
        original = folder.resolve("original");
        SavedModelWriter.write(trained, original);
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 16), 16));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 16, 16), 16));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 64);
        var logits = net.bias("b3", net.dense("d", flat, 64, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    @Test
    void theServiceLoaderFindsTheStage() {
        assertThat(ServiceLoader.load(Stage.class))
                .singleElement()
                .satisfies(stage -> assertThat(stage.name()).isEqualTo(StageName.DISTILL));
    }

    @Test
    void aNarrowStudentComesCloseToItsTeacher() throws IOException {
        var made = distill(step(new DistillStep.Student(0.25, null, null, null), 6));

        assertThat(kernel(made, "c2/kernel").shape()).containsExactly(3, 3, 4, 4);
        assertThat(accuracy(made.savedModel())).isGreaterThan(accuracy(original) - 0.1);
    }

    @Test
    void progressRisesFromNothingToDone() throws IOException {
        var fractions = new ArrayList<Double>();

        distill(step(null, 2), (fraction, message) -> fractions.add(fraction));

        assertThat(fractions).isSorted().startsWith(0.0).endsWith(1.0).hasSizeGreaterThan(4);
    }

    private static DistillStep step(DistillStep.Student student, int epochs) {
        var training = new Training(epochs, 0.01, 32, null, null, null, null, null, null, null);
        return new DistillStep(student, null, null, null, null, null, null, null, null, training);
    }

    private static ModelMade distill(DistillStep step) throws IOException {
        return distill(step, ProgressListener.NONE);
    }

    private static ModelMade distill(DistillStep step, ProgressListener progress)
            throws IOException {
        var plan =
                new Plan(
                        "quadrants",
                        "original",
                        null,
                        null,
                        null,
                        new DataSpec(train, test),
                        INPUT,
                        List.of(step),
                        null,
                        3L);
        var model = new StageTask.LocalModel("original", original, "0", 0, List.of());
        var output = Files.createTempDirectory(folder, "output");
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(model),
                        folder,
                        "0",
                        List.of(),
                        output,
                        Files.createDirectories(folder.resolve("checkpoints")),
                        30,
                        null);
        return (ModelMade) new DistillStage().run(task, progress);
    }

    private static double accuracy(Path model) {
        return Evaluator.evaluate(model, Task.CLASSIFICATION, ImageSet.open(test, folder), INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }

    private static FloatTensor kernel(ModelMade made, String name) {
        return FloatTensor.of(SavedModelReader.read(made.savedModel()).node(name));
    }
}
