package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.LayerFactors;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Keras model with wide kernels: traffic signs, 43 classes. */
@Tag("long")
class GtsrbLowRankIT {
    private static final List<String> OTHERS =
            List.of("*conv2d_4*", "*conv2d_6*", "*conv2d_7*", "*dense*");

    private static TrafficSigns signs;

    @TempDir Path output;

    @BeforeAll
    static void requireSharedFiles() {
        signs = TrafficSigns.orSkip();
    }

    @Test
    void mostMacsAreInOneWideKernelAndGoWithoutTrainingAndWithLittleAccuracy() throws IOException {
        double before = signs.accuracy(signs.model());

        var made = factorized(new RankSelection(0.99, null, null, null, 0.0, null));

        var factors = (LayerFactors) made.findings().get(0);
        assertThat(factors.layers())
                .filteredOn(LayerFactors.Layer::taken)
                .extracting(LayerFactors.Layer::name)
                .containsExactly("sequential_2/conv2d_5/Conv2D");
        assertThat(macs(signs.model())).isGreaterThan(2.5 * macs(made.savedModel()));
        assertThat(signs.accuracy(made.savedModel())).isGreaterThan(before - 0.0075);
    }

    private static double macs(Path model) {
        return Footprint.of(SavedModelReader.read(model)).macs();
    }

    private ModelMade factorized(RankSelection rank) throws IOException {
        var options = Training.builder().epochs(0).build();
        var step =
                PruneStep.builder()
                        .method(Method.LOW_RANK)
                        .rank(rank)
                        .ignore(OTHERS)
                        .fineTune(options)
                        .build();
        return signs.prune(step, output);
    }
}
