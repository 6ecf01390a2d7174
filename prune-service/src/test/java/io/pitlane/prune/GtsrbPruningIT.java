package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Keras model on real images: traffic signs, 43 classes. */
@Tag("long")
class GtsrbPruningIT {
    private static final InputSpec INPUT = InputSpec.builder().resize(List.of(30, 30)).build();
    private static final DataSource TRAIN =
            new DataSource.Idx("train-images-idx4-ubyte.gz", "train-labels-idx1-ubyte.gz");
    private static final DataSource TEST =
            new DataSource.Idx("test-images-idx4-ubyte.gz", "test-labels-idx1-ubyte.gz");

    private static Path original;
    private static Path data;

    @TempDir Path output;

    @BeforeAll
    static void requireSharedFiles() {
        var shared = Path.of(System.getProperty("pitlane.shared", "../shared"));
        original = shared.resolve("models/keras-gtsrb");
        data = shared.resolve("data/gtsrb");
        assumeThat(Files.exists(original) && Files.exists(data))
                .as("the GTSRB model and images lie in %s", shared)
                .isTrue();
    }

    @Test
    void pruningHalfTheChannelsKeepsTheShapesAndRemovesMostMacs() throws IOException {
        var before = SavedModelReader.read(original);

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
        double before = accuracy(original);
        double untuned = accuracy(prune(0).savedModel());

        double tuned = accuracy(prune(1).savedModel());

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
        var plan =
                Plan.builder()
                        .name("signs")
                        .model("keras-gtsrb")
                        .data(new DataSpec(TRAIN, TEST))
                        .input(INPUT)
                        .steps(List.of(step))
                        .seed(1L)
                        .build();
        var model = new StageTask.LocalModel("original", original, "0", 0, List.of());
        var folder = output.resolve("epochs-" + epochs);
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(model),
                        data,
                        "0",
                        List.of(),
                        folder,
                        Files.createDirectories(output.resolve("checkpoints-" + epochs)),
                        30,
                        null);
        return (ModelMade) new PruneStage().run(task, ProgressListener.NONE);
    }

    private static double accuracy(Path model) {
        return Evaluator.evaluate(model, Task.CLASSIFICATION, ImageSources.open(TEST, data), INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
