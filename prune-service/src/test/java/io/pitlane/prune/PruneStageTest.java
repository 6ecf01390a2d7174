package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.DataSource;
import io.pitlane.contract.DataSpec;
import io.pitlane.contract.FineTune;
import io.pitlane.contract.InputSpec;
import io.pitlane.contract.Plan;
import io.pitlane.contract.PruneStep;
import io.pitlane.contract.PruneStep.Method;
import io.pitlane.contract.PruneStep.Scope;
import io.pitlane.contract.StageName;
import io.pitlane.contract.Task;
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

class PruneStageTest {
    private static final InputSpec INPUT =
            new InputSpec(null, null, InputSpec.Channels.GREY, 1 / 255.0, null, null);
    private static final FineTune NONE = new FineTune(0, null, null, null, null, null);
    private static final FineTune SHORT = new FineTune(6, 0.01, 32, null, null, null);

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
                .satisfies(stage -> assertThat(stage.name()).isEqualTo(StageName.PRUNE));
    }

    @Test
    void fineTuningBringsAPrunedModelBack() throws IOException {
        double before = accuracy(original);

        var untuned = prune(step(Method.CHANNELS, 0.75, null, NONE), ProgressListener.NONE);
        var tuned = prune(step(Method.CHANNELS, 0.75, null, SHORT), ProgressListener.NONE);

        assertThat(before).isGreaterThan(0.9);
        assertThat(accuracy(untuned.savedModel())).isLessThan(before - 0.15);
        assertThat(accuracy(tuned.savedModel())).isGreaterThan(before - 0.1);
        assertThat(kernel(tuned, "c2/kernel").shape()).containsExactly(3, 3, 4, 4);
    }

    @Test
    void aMaskedWeightStaysZeroThroughFineTuning() throws IOException {
        var step = step(Method.MAGNITUDE, 0.8, Scope.LAYERWISE, SHORT);

        var made = prune(step, ProgressListener.NONE);

        assertThat(zeroShare(kernel(made, "c2/kernel"))).isCloseTo(0.8, within(0.001));
        assertThat(zeroShare(kernel(made, "d/kernel"))).isCloseTo(0.8, within(0.01));
        assertThat(accuracy(made.savedModel())).isGreaterThan(0.8);
        assertThat(made.notes().get(0))
                .isEqualTo("weights removed: 2163 of 2704 in 3 kernels, a sparsity of 0.7999");
    }

    @Test
    void progressRisesFromNothingToDone() throws IOException {
        var fractions = new ArrayList<Double>();

        prune(step(Method.CHANNELS, 0.5, null, SHORT), (fraction, m) -> fractions.add(fraction));

        assertThat(fractions).isSorted().startsWith(0.0).endsWith(1.0).hasSizeGreaterThan(6);
    }

    @Test
    void theNotesSayWhatWentAndWhatStayed() throws IOException {
        var made = prune(step(Method.CHANNELS, 0.5, null, NONE), ProgressListener.NONE);

        assertThat(made.notes())
                .contains("channels removed: 16 of 32 removable, in 2 of 3 groups of layers")
                .contains(
                        "parameters other than zero 2.74 k -> 796, MACs for one image 46.3 k -> 14.0 k")
                .contains("left alone: d: output 'probs' of the model needs every channel")
                .contains("not fine-tuned: fineTune.epochs is 0");
    }

    private static PruneStep step(Method method, double ratio, Scope scope, FineTune fineTune) {
        return new PruneStep(method, null, ratio, scope, fineTune);
    }

    private static ModelMade prune(PruneStep step, ProgressListener progress) throws IOException {
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
        return (ModelMade) new PruneStage().run(task, progress);
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

    private static double zeroShare(FloatTensor weights) {
        int zeros = 0;
        for (float weight : weights.values()) {
            zeros += weight == 0 ? 1 : 0;
        }
        return (double) zeros / weights.values().length;
    }
}
