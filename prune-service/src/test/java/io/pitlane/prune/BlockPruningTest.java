package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockPruningTest {
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final Training TRAINING =
            Training.builder().epochs(8).learningRate(0.01).batchSize(32).build();

    @TempDir static Path folder;
    private static Path original;
    private static DataSource train;
    private static DataSource test;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", 400, 1);
        test = QuadrantImages.write(folder, "test", 400, 2);
        original = folder.resolve("original");
        var slow = TRAINING.toBuilder().learningRate(0.002).build();
        SavedModelWriter.write(
                trained(withWeakBlock(trained(residual(), TRAINING)), slow), original);
    }

    private static FlatGraph trained(FlatGraph graph, Training training) {
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        return new FineTuning(graph, graph, Task.CLASSIFICATION, training, labelsOnly, 1)
                .run(
                        ImageSources.open(train, folder),
                        Preprocessor.of(INPUT, graph.signature().inputs().get(0)),
                        TrainingListener.NONE)
                .graph();
    }

    /** Three blocks whose shortcut is their input, and one with a projection. */
    private static FlatGraph residual() {
        var net = new TestNet(-1, 8, 8, 1);
        var x = net.relu(net.bias("stem/b", net.conv("stem", "x", 1, 8), 8));
        for (var block : List.of("one", "two", "three")) {
            var inner = net.relu(net.bias(block + "/b", net.conv(block + "/a", x, 8, 8), 8));
            x = net.relu(net.op("AddV2", block + "/sum", x, net.conv(block + "/c", inner, 8, 8)));
        }
        var projected = net.conv("wide/projection", x, 8, 12);
        x = net.relu(net.op("AddV2", "wide/sum", projected, net.conv("wide/c", x, 8, 12)));
        var flat = net.reshape("flat", net.pool("p", net.pool("q", x)), -1, 2 * 2 * 12);
        var logits = net.bias("b", net.dense("d", flat, 2 * 2 * 12, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    /** The second block changes next to nothing. */
    private static FlatGraph withWeakBlock(FlatGraph graph) {
        var kernel = FloatTensor.of(graph.node("two/c/kernel")).map(weight -> weight * 0.01);
        return graph.edit().put(kernel.toConst("two/c/kernel")).build();
    }

    @Test
    void theBlockThatChangesLeastIsRemoved() throws IOException {
        double before = accuracy(original);

        var made = prune(step().blocks(1), original);

        assertThat(before).isGreaterThan(0.8);
        assertThat(accuracy(made.savedModel())).isGreaterThan(before - 0.02);
        var graph = SavedModelReader.read(made.savedModel());
        assertThat(graph.find("two/a")).isEmpty();
        assertThat(graph.find("two/sum")).isEmpty();
        assertThat(graph.find("one/a")).isPresent();
        assertThat(graph.find("wide/c")).isPresent();
        assertThat(made.notes().get(0))
                .startsWith("residual blocks removed: 1 of 3 whose shortcut is their input: two (");
    }

    @Test
    void theRatioCountsBlocks() throws IOException {
        var made = prune(step().ratio(0.67), original);

        assertThat(made.notes().get(0)).startsWith("residual blocks removed: 2 of 3");
        assertThat(made.notes().get(2)).startsWith("blocks kept: ");
    }

    @Test
    void fineTuningRecoversWhatTheBlocksDid() throws IOException {
        var untuned = prune(step().blocks(3), original);
        var tuned = prune(step().blocks(3).fineTune(TRAINING), original);

        assertThat(accuracy(untuned.savedModel())).isLessThan(accuracy(original) - 0.05);
        assertThat(accuracy(tuned.savedModel())).isGreaterThan(accuracy(original) - 0.05);
    }

    @Test
    void moreBlocksThanThereAreAreRefused() {
        assertThatThrownBy(() -> prune(step().blocks(4), original))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("prune.blocks: 4, but the model has only 3");
    }

    @Test
    void aModelWithoutBlocksStaysAsItIs() throws IOException {
        var net = new TestNet(-1, 8, 8, 1);
        var flat = net.reshape("flat", net.relu(net.conv("c", "x", 1, 2)), -1, 128);
        var plain = Files.createTempDirectory(folder, "plain").resolve("model");
        SavedModelWriter.write(
                net.graph(net.op("Softmax", "probs", net.dense("d", flat, 128, 4))), plain);

        var made = prune(step().blocks(2), plain);

        assertThat(made.notes().get(0)).startsWith("residual blocks removed: 0; the model has no");
        assertThat(SavedModelReader.read(made.savedModel()).find("c")).isPresent();
    }

    private static PruneStep.Builder step() {
        return PruneStep.builder()
                .method(Method.BLOCKS)
                .fineTune(Training.builder().epochs(0).build());
    }

    private static ModelMade prune(PruneStep.Builder step, Path savedModel) throws IOException {
        return new PruneRun(savedModel, new DataSpec(train, test), INPUT, folder, folder)
                .prune(step.build());
    }

    private static double accuracy(Path model) {
        return Evaluator.evaluate(
                        model, Task.CLASSIFICATION, ImageSources.open(test, folder), INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
