package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.child.ChildMain;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that need the sensitivity of the same model. */
class SensitivitySourceTest {
    private static final int PASSES = 1 + 4 * 2;

    @TempDir Path folder;
    private int passes;
    private int runs;

    @BeforeEach
    void writeModelAndImages() throws IOException {
        QuadrantImages.write(folder, "train", 40, 1);
        SavedModelWriter.write(net(), folder.resolve("original"));
        System.setProperty(ChildMain.FINDINGS, folder.resolve("findings").toString());
    }

    @AfterEach
    void clearProperty() {
        System.clearProperty(ChildMain.FINDINGS);
    }

    @Test
    void aLaterRunWithAnotherBudgetMeasuresNothing() throws IOException {
        // Given
        var first = sensitivity(run("{budget: {macsInt8: 0.9}}", "data", List.of()));
        assertThat(passes).isEqualTo(PASSES);
        passes = 0;

        // When
        var made = run("{budget: {macsInt8: 0.1}}", "data", List.of());

        // Then
        assertThat(passes).isZero();
        assertThat(sensitivity(made)).isEqualTo(first.asCached());
        assertThat(first.cached()).isFalse();
        assertThat(SavedModelWriter.digest(SavedModelReader.read(made.savedModel())))
                .isEqualTo(withoutCache("{budget: {macsInt8: 0.1}}"));
    }

    @Test
    void theLadderTakesOverWhatABudgetMeasured() throws IOException {
        // Given
        run("{sensitivity: {}}", "data", List.of());
        passes = 0;

        // When
        var made = run("{minAgreement: 0, sensitivity: {}}", "data", List.of());

        // Then
        assertThat(passes).isZero();
        assertThat(sensitivity(made).cached()).isTrue();
    }

    @Test
    void aPlanWithoutTheCacheMeasuresAnew() throws IOException {
        // Given
        run("{sensitivity: {}}", "data", List.of());
        passes = 0;

        // When
        var made = run("{sensitivity: {}}\ncache: false", "data", List.of());

        // Then
        assertThat(passes).isEqualTo(PASSES);
        assertThat(sensitivity(made).cached()).isFalse();
    }

    @Test
    void theFindingOfAnEarlierStepIsTakenOver() throws IOException {
        // Given
        System.clearProperty(ChildMain.FINDINGS);
        var first = sensitivity(run("{sensitivity: {}}", "data", List.of()));
        var step = plan("{sensitivity: {}}").steps().get(0);
        var entry = new LineageEntry(step, "1", List.of(), "0", Instant.EPOCH, 1, List.of(first));
        passes = 0;

        // When
        var made = run("{budget: {macsInt8: 0.5}}", "data", List.of(entry));

        // Then
        assertThat(passes).isZero();
        assertThat(sensitivity(made)).isEqualTo(first.asCached());
    }

    @Test
    void otherImagesOrAnotherQuantizationAreMeasuredAnew() throws IOException {
        // Given
        run("{sensitivity: {samples: 20}}", "data", List.of());
        passes = 0;

        // When
        run("{sensitivity: {samples: 21}}", "data", List.of());
        run("{sensitivity: {samples: 20}}", "other data", List.of());
        run("{sensitivity: {samples: 20}, weights: {granularity: per-tensor}}", "data", List.of());

        // Then
        assertThat(passes).isEqualTo(3 * PASSES);
    }

    private String withoutCache(String step) throws IOException {
        System.clearProperty(ChildMain.FINDINGS);
        var made = run(step, "data", List.of());
        return SavedModelWriter.digest(SavedModelReader.read(made.savedModel()));
    }

    private ModelMade run(String step, String data, List<LineageEntry> lineage) throws IOException {
        var own = folder.resolve("run" + runs++);
        var original = new LocalModel("original", folder.resolve("original"), "0", 0, List.of());
        var task =
                new StageTask(
                        "run",
                        plan(step),
                        0,
                        List.of(original),
                        folder,
                        data,
                        lineage,
                        Files.createDirectories(own.resolve("output")),
                        Files.createDirectories(own.resolve("checkpoints")),
                        30,
                        null);
        return (ModelMade)
                new QuantizeStage()
                        .run(
                                task,
                                (share, message) -> {
                                    if (message.startsWith("sensitivity: ")) {
                                        passes++;
                                    }
                                });
    }

    private static Plan plan(String step) {
        return PlanReader.read(
                """
                name: sensitivity
                model: original
                data:
                  train: {images: train-images, labels: train-labels}
                  test: {images: train-images, labels: train-labels}
                input: {channels: grey, scale: 0.00392156862745098}
                steps:
                  - quantize: %s
                """
                        .formatted(step));
    }

    private static LayerSensitivity sensitivity(ModelMade made) {
        return made.findings().stream()
                .filter(LayerSensitivity.class::isInstance)
                .map(LayerSensitivity.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 8), 8));
        var flat = net.reshape("flat", net.pool("p1", c1), -1, 128);
        var logits = net.bias("b3", net.dense("d", flat, 128, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }
}
