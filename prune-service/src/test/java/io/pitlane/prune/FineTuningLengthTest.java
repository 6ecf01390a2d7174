package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FineTuningLengthTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "0.5, 0, 4",
        "0.5, 0.25, 5",
        "0.5, 1, 8",
        "0, 0.25, 2",
        "0, 0.001, 1",
        "1, 0.001, 8",
    })
    void theEpochsGrowWithWhatIsMissing(double least, double missing, int epochs) {
        var length = FineTuningLength.of(step(least, 8, 1), restored(missing, true));

        assertThat(length.epochs()).isEqualTo(epochs);
        assertThat(length.note().isPresent()).isEqualTo(epochs < 8);
    }

    @Test
    void allEpochsFollowAReconstructionThatWasNotUsedOrIsOfOneRoundOfSeveral() {
        assertThat(FineTuningLength.of(step(0, 8, 1), restored(0.5, false)).epochs()).isEqualTo(8);
        assertThat(FineTuningLength.of(step(0, 8, 3), restored(0.5, true)).epochs()).isEqualTo(8);
        assertThat(FineTuningLength.of(step(0, 0, 1), restored(0.5, true)).epochs()).isZero();
    }

    @Test
    void whatIsMissingIsMeasuredByTheNoiseWhereThereAreNoClasses() {
        // Given 20 and 30 dB: a hundredth and a thousandth
        var result =
                new ReconstructionResult(
                        9,
                        9,
                        null,
                        new OutputError(20.0, null, null, null),
                        new OutputError(30.0, null, null, null),
                        true,
                        List.of(),
                        0);

        assertThat(result.missing()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void aRestoredModelIsTrainedForFewerEpochsAndTheNotesSayWhy() throws IOException {
        // Given
        TensorFlowRuntime.load();
        var train = QuadrantImages.write(folder, "train", 300, 1);
        var original = folder.resolve("original");
        SavedModelWriter.write(QuadrantNet.trained(ImageSources.open(train, folder)), original);
        var run =
                new PruneRun(
                        original, new DataSpec(train, train), QuadrantNet.INPUT, folder, folder);

        // When
        var all = run.prune(step(1, 6, 1));
        var fewer = run.prune(step(0, 6, 1));

        // Then
        double missing = ((ReconstructionResult) fewer.findings().get(0)).missing();
        long epochs = Math.max(1, Math.round(6 * missing));
        assertThat(missing).isLessThan(0.75);
        assertThat(tuned(all)).startsWith("fine-tuned for 6 of 6 epochs");
        assertThat(tuned(fewer))
                .startsWith("fine-tuned for %d of %d epochs".formatted(epochs, epochs));
        assertThat(fewer.notes())
                .contains(
                        "%d of 6 epochs of fine-tuning: reconstruction left %.0f %% of what the cut changed"
                                .formatted(epochs, 100 * missing));
    }

    private static String tuned(ModelMade made) {
        return made.notes().stream()
                .filter(note -> note.startsWith("fine-tuned"))
                .findFirst()
                .orElseThrow();
    }

    private static PruneStep step(double least, int epochs, int rounds) {
        return PruneStep.builder()
                .ratio(0.5)
                .rounds(rounds)
                .reconstruction(new Reconstruction(null, null, null, null, least))
                .fineTune(Training.builder().epochs(epochs).batchSize(32).build())
                .build();
    }

    private static PrunedModel restored(double missing, boolean isUsed) {
        var result =
                new ReconstructionResult(
                        9, 9, null, divergence(2), divergence(2 * missing), isUsed, List.of(), 0);
        return new PrunedModel(null, Map.of(), List.of(), List.of(result));
    }

    private static OutputError divergence(double divergence) {
        return new OutputError(10.0, divergence, null, null);
    }
}
