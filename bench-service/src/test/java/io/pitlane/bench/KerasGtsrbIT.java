package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Keras export on real traffic signs. */
class KerasGtsrbIT {
    private static Report report;
    private static Path flat;

    @BeforeAll
    static void benchTheModelAgainstItsOwnFlatGraph(@TempDir Path folder) throws Exception {
        var shared = Path.of(System.getProperty("pitlane.shared", "../shared"));
        var saved = shared.resolve("models/keras-gtsrb");
        assumeTrue(Files.isDirectory(saved), "there is no " + saved);
        flat = folder.resolve("flat");
        SavedModelWriter.write(SavedModelReader.read(saved), flat);
        var task =
                new StageTask(
                        "gtsrb",
                        plan(),
                        0,
                        List.of(model("original", saved), model("prune", flat)),
                        shared.resolve("data/gtsrb"),
                        "data",
                        List.of(),
                        Files.createDirectory(folder.resolve("out")),
                        folder,
                        30,
                        null);
        var outcome = new BenchStage().run(task, ProgressListener.NONE);
        report = ((StageOutcome.Measured) outcome).report();
    }

    private static StageTask.LocalModel model(String label, Path folder) {
        return new StageTask.LocalModel(label, folder, label, 1, List.of());
    }

    private static Plan plan() {
        return Plan.builder()
                .name("gtsrb")
                .model("model")
                .task(Task.CLASSIFICATION)
                .data(new DataSpec(idx("train"), idx("test")))
                .input(InputSpec.builder().resize(List.of(30, 30)).build())
                .steps(
                        List.of(
                                BenchStep.builder()
                                        .batchSizes(List.of(1, 32))
                                        .threads(List.of(1))
                                        .seconds(0.5)
                                        .minSamples(50)
                                        .build()))
                .seed(17L)
                .build();
    }

    private static DataSource idx(String name) {
        return new DataSource.Idx(name + "-images-idx4-ubyte.gz", name + "-labels-idx1-ubyte.gz");
    }

    @Test
    void theOriginalsPublishedAccuracyIsReproduced() {
        var accuracy = (Accuracy.Classification) report.models().get(0).accuracy();

        assertThat(accuracy.top1()).isCloseTo(0.947, within(0.005));
        assertThat(accuracy.top5()).isGreaterThan(accuracy.top1());
        assertThat(accuracy.perClassRecall()).hasSize(43);
    }

    @Test
    void theFlatGraphGivesTheOutputsOfTheExport() {
        assertThat(report.models().get(1).fidelity().agreement()).isEqualTo(1);
        assertThat(report.models().get(1).fidelity().relativeL2()).isLessThan(1e-5);
    }

    @Test
    void theSizeOfTheOriginalIsThatOfItsFlatGraph() throws Exception {
        assertThat(report.models().get(0).sizeBytes())
                .isEqualTo(Files.size(flat.resolve("saved_model.pb")));
        assertThat(report.comparison().get(0).sizeRatio()).isEqualTo(1);
        assertThat(report.comparison().get(0).macsRatio()).isEqualTo(1);
    }
}
