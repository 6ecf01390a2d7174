package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery without training of a real Keras model on real images. */
class GtsrbReconstructionTest {
    private static TrafficSigns signs;

    @TempDir Path output;

    @BeforeAll
    static void requireSharedFiles() {
        signs = TrafficSigns.orSkip();
    }

    @Test
    void leastSquaresGivesBackMuchOfWhatTheCutLost() throws IOException {
        double before = signs.accuracy(signs.model());
        double cut = signs.accuracy(prune(Reconstruction.OFF).savedModel());

        var made = prune(Reconstruction.DEFAULT);

        double restored = signs.accuracy(made.savedModel());
        assertThat((restored - cut) / (before - cut)).isGreaterThan(0.54);
        var result = (ReconstructionResult) made.findings().get(0);
        assertThat(result.used()).isTrue();
        assertThat(result.layers())
                .isNotEmpty()
                .allSatisfy(layer -> assertThat(layer.after()).isLessThan(layer.before()));
    }

    private ModelMade prune(Reconstruction reconstruction) throws IOException {
        var step =
                PruneStep.builder()
                        .ratio(0.5)
                        .reconstruction(reconstruction)
                        .fineTune(Training.builder().epochs(0).build())
                        .build();
        return signs.prune(step, output);
    }
}
