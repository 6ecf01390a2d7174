package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Keras model on real images: traffic signs, 43 classes. */
@Tag("long")
class GtsrbPruningIT {
    private static TrafficSigns signs;

    @TempDir Path output;

    @BeforeAll
    static void requireSharedFiles() {
        signs = TrafficSigns.orSkip();
    }

    @Test
    void pruningHalfTheChannelsKeepsTheShapesAndRemovesMostMacs() throws IOException {
        var before = SavedModelReader.read(signs.model());

        var made = prune(0);

        var after = SavedModelReader.read(made.savedModel());
        assertThat(after.signature().outputs().get(0).shape())
                .isEqualTo(before.signature().outputs().get(0).shape());
        assertThat(Footprint.of(before).macs()).isGreaterThan(3 * Footprint.of(after).macs());
        assertThat(made.notes().get(0))
                .isEqualTo("channels removed: 224 of 448 removable, in 5 of 6 groups of layers");
    }

    @Test
    void oneEpochOfFineTuningRecoversMostOfTheLostAccuracy() throws IOException {
        double before = signs.accuracy(signs.model());
        double untuned = signs.accuracy(prune(0).savedModel());

        double tuned = signs.accuracy(prune(1).savedModel());

        assertThat(tuned - untuned).isGreaterThan(0.5 * (before - untuned));
    }

    private ModelMade prune(int epochs) throws IOException {
        var options = Training.builder().epochs(epochs).build();
        var step =
                PruneStep.builder()
                        .ratio(0.5)
                        .reconstruction(Reconstruction.OFF)
                        .fineTune(options)
                        .build();
        return signs.prune(step, output);
    }
}
