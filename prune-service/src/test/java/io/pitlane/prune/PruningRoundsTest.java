package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruningRoundsTest {
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final Training NONE = Training.builder().epochs(0).build();
    private static final Training SHORT =
            Training.builder().epochs(4).learningRate(0.01).batchSize(32).build();

    @TempDir static Path folder;
    private static Path original;
    private static DataSource train;
    private Path checkpoints;

    @BeforeAll
    static void writeAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", 300, 1);
        original = folder.resolve("original");
        SavedModelWriter.write(net(), original);
    }

    @BeforeEach
    void makeAFolderForCheckpoints() throws IOException {
        checkpoints = Files.createTempDirectory(folder, "checkpoints");
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 13), 13));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 13, 16), 16));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 64);
        var logits = net.bias("b3", net.dense("d", flat, 64, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    @ParameterizedTest
    @CsvSource({"0.3, 2", "0.5, 3", "0.5, 7", "0.75, 4", "0.9, 5"})
    void theRoundsRemoveAsManyChannelsAsOneCut(double ratio, int rounds) throws IOException {
        // Given
        var atOnce = prune(step(ratio, 1, NONE), ProgressListener.NONE);

        // When
        var inRounds = prune(step(ratio, rounds, NONE), ProgressListener.NONE);

        // Then
        assertThat(shape(inRounds, "c1/kernel")).isEqualTo(shape(atOnce, "c1/kernel"));
        assertThat(shape(inRounds, "c2/kernel")).isEqualTo(shape(atOnce, "c2/kernel"));
        assertThat(inRounds.notes().get(0)).isEqualTo(atOnce.notes().get(0));
    }

    @Test
    void everyRoundKeepsTheSameShareOfTheChannelsThatAreLeft() {
        var loss = new PruningRounds.Loss(64, 56);

        // An eighth is left: half after each of three rounds.
        assertThat(List.of(loss.until(1 / 3.0), loss.until(2 / 3.0), loss.until(1)))
                .containsExactly(32, 48, 56);
    }

    @Test
    void aModelIsTrainedBetweenTheRoundsAndAfterTheLast() throws IOException {
        var made = prune(step(0.5, 3, SHORT), ProgressListener.NONE);

        assertThat(made.notes())
                .contains("pruned in 3 rounds, with 1 epochs of fine-tuning between them");
        assertThat(checkpoints)
                .isDirectoryContaining("glob:**round-1.ckpt")
                .isDirectoryContaining("glob:**round-2.ckpt")
                .isDirectoryContaining("glob:**fine-tuning.ckpt")
                .isDirectoryNotContaining("glob:**round-3.ckpt");
    }

    @Test
    void progressRisesThroughTheRounds() throws IOException {
        var shares = new ArrayList<Double>();

        prune(step(0.5, 3, SHORT), (share, message) -> shares.add(share));

        assertThat(shares).isSorted().startsWith(0.0).endsWith(1.0).hasSizeGreaterThan(10);
    }

    @Test
    void aRoundThatWasTrainedBeforeAnInterruptionIsNotTrainedAgain() throws IOException {
        // Given
        var uninterrupted = prune(step(0.5, 3, SHORT), ProgressListener.NONE);
        Files.delete(checkpoints.resolve("fine-tuning.ckpt"));
        Files.delete(checkpoints.resolve("round-2.ckpt"));
        var firstRound = Files.readAllBytes(checkpoints.resolve("round-1.ckpt"));
        var trainings = new ArrayList<String>();

        // When
        var resumed =
                prune(
                        step(0.5, 3, SHORT),
                        (share, message) -> {
                            if (message.contains("validation loss")) {
                                trainings.add(message.replaceAll(".*(epoch \\d/\\d).*", "$1"));
                            }
                        });

        // Then
        assertThat(trainings)
                .containsExactly("epoch 1/1", "epoch 1/4", "epoch 2/4", "epoch 3/4", "epoch 4/4");
        assertThat(Files.readAllBytes(checkpoints.resolve("round-1.ckpt"))).isEqualTo(firstRound);
        assertThat(shape(resumed, "c2/kernel")).isEqualTo(shape(uninterrupted, "c2/kernel"));
    }

    private static PruneStep step(double ratio, int rounds, Training fineTune) {
        return PruneStep.builder().ratio(ratio).rounds(rounds).fineTune(fineTune).build();
    }

    private ModelMade prune(PruneStep step, ProgressListener progress) throws IOException {
        return new PruneRun(original, new DataSpec(train, train), INPUT, folder, folder)
                .prune(step, checkpoints, progress);
    }

    private static long[] shape(ModelMade made, String kernel) {
        return FloatTensor.of(SavedModelReader.read(made.savedModel()).node(kernel)).shape();
    }
}
