package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery without training of a real Keras model on real images. */
class GtsrbReconstructionTest {
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
    void leastSquaresGivesBackMuchOfWhatTheCutLost() throws IOException {
        double before = accuracy(original);
        double cut = accuracy(prune("cut", Reconstruction.OFF).savedModel());

        var made = prune("restored", Reconstruction.DEFAULT);

        double restored = accuracy(made.savedModel());
        assertThat((restored - cut) / (before - cut)).isGreaterThan(0.45);
        var result = (ReconstructionResult) made.findings().get(0);
        assertThat(result.used()).isTrue();
        assertThat(result.layers())
                .isNotEmpty()
                .allSatisfy(layer -> assertThat(layer.after()).isLessThan(layer.before()));
    }

    private ModelMade prune(String name, Reconstruction reconstruction) throws IOException {
        var step =
                PruneStep.builder()
                        .ratio(0.5)
                        .reconstruction(reconstruction)
                        .fineTune(Training.builder().epochs(0).build())
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
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(model),
                        data,
                        "0",
                        List.of(),
                        Files.createDirectories(output.resolve(name)),
                        Files.createDirectories(output.resolve(name + "-checkpoints")),
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
