package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.Constraints.ClassConstraint;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four images whose left half is red and whose right half is red, green, green and blue: of 8
 * halves 5 are of class 0, 2 of class 1 and 1 of class 2.
 */
class BenchTasksTest {
    private static final int[] RIGHT = {0, 1, 1, 2};

    /** Four are below what an interval needs. */
    private static final String TOO_FEW =
            " The test images are too few to tell whether this is chance.";

    @TempDir Path folder;

    @BeforeEach
    void given() throws IOException {
        for (int i = 0; i < RIGHT.length; i++) {
            halves("images", i, 200 << 16, 200 << 8 * (2 - RIGHT[i]), BufferedImage.TYPE_INT_RGB);
            halves("masks", i, 0, RIGHT[i], BufferedImage.TYPE_BYTE_GRAY);
        }
    }

    @Test
    void aSegmenterIsScoredByItsPixels() throws IOException {
        // Given: the candidate takes green for blue and the other way round
        var constraints =
                Constraints.builder()
                        .maxAccuracyDrop(0.1)
                        .classes(Map.of(0, ClassConstraint.iou(0.0), 1, ClassConstraint.iou(0.5)))
                        .build();

        // When
        var report =
                bench(
                        Task.SEGMENTATION,
                        null,
                        masks(),
                        constraints,
                        TinyTasks.segmenter(0, 1, 2),
                        TinyTasks.segmenter(0, 2, 1));

        // Then
        assertThat(report.models().get(0).accuracy())
                .isEqualTo(new Accuracy.Segmentation(1, 1, Map.of(0, 1.0, 1, 1.0, 2, 1.0)));
        assertThat(report.models().get(1).accuracy())
                .isEqualTo(
                        new Accuracy.Segmentation(
                                5 / 8.0, 1 / 3.0, Map.of(0, 1.0, 1, 0.0, 2, 0.0)));
        assertThat(report.models().get(1).fidelity().agreement()).isEqualTo(5 / 8.0);
        assertThat(report.comparison().get(0).accuracyDrop()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(report.verdict().violations())
                .containsExactly(
                        "The mean IoU fell by 66.67 points, from 100.00 % to 33.33 %, but may fall"
                                + " by 10.00 at most."
                                + TOO_FEW,
                        "The IoU of class 1 fell by 100.00 points, from 100.00 % to 0.00 %, but may"
                                + " fall by 50.00 at most."
                                + TOO_FEW);
        assertThat(report.models().get(0).notes())
                .contains(
                        "Scored by the output 'pixels'; the plan's output may name another: ids.");
    }

    @Test
    void theOutputThatThePlanNamesIsScored() throws IOException {
        var report =
                bench(
                        Task.SEGMENTATION,
                        "ids",
                        masks(),
                        Constraints.NONE,
                        TinyTasks.segmenter(0, 1, 2),
                        TinyTasks.segmenter(0, 2, 1));

        assertThat(report.models().get(1).accuracy().headline().value()).isEqualTo(1 / 3.0);
        assertThat(report.models().get(0).notes()).contains("Scored by the output 'ids'.");
    }

    @Test
    void aModelForImagesOfAnySizeIsMeasuredAtTheSizeOfTheData() throws IOException {
        var report =
                bench(
                        Task.SEGMENTATION,
                        null,
                        masks(),
                        Constraints.NONE,
                        TinyTasks.segmenter(-1L, 0, 1, 2),
                        TinyTasks.segmenter(-1L, 0, 1, 2));

        assertThat(report.models().get(0).macs()).isEqualTo(8 * 8 * 3 * 3);
        assertThat(report.models().get(1).accuracy().headline().value()).isEqualTo(1);
        assertThat(report.comparison().get(0).speedup()).hasSize(1);
    }

    @Test
    void withoutMasksPixelsAreComparedWithTheOriginals() throws IOException {
        var report =
                bench(
                        Task.SEGMENTATION,
                        null,
                        new DataSource.Folder("images"),
                        Constraints.builder().minAgreement(0.7).build(),
                        TinyTasks.segmenter(0, 1, 2),
                        TinyTasks.segmenter(0, 2, 1));

        assertThat(report.models().get(1).accuracy()).isNull();
        assertThat(report.verdict().violations())
                .containsExactly(
                        "Agreement with the original is 62.50 %, but must be 70.00 % at least."
                                + TOO_FEW);
    }

    @Test
    void aClassifierWithoutScoresHasNoTopFive() throws IOException {
        // Given: on average an image is red, but where both halves count alike the first wins
        Files.writeString(
                folder.resolve("labels.csv"), "file,label\n0.png,0\n1.png,0\n2.png,1\n3.png,0\n");
        var labels = DataSource.Folder.builder("images").labels("labels.csv").build();

        // When
        var report =
                bench(
                        Task.CLASSIFICATION,
                        null,
                        labels,
                        Constraints.NONE,
                        TinyTasks.classNumber(0, 1, 2),
                        TinyTasks.classNumber(1, 0, 2));

        // Then
        assertThat(report.models().get(0).accuracy())
                .isEqualTo(new Accuracy.Classification(0.75, null, Map.of(0, 1.0, 1, 0.0)));
        assertThat(report.models().get(1).fidelity().relativeL2()).isNull();
        assertThat(ContractJson.MAPPER.writeValueAsString(report.models().get(0)))
                .doesNotContain("top5", "relativeL2");
    }

    @Test
    void regressionIsJudgedByItsError() throws IOException {
        // Given: the means of red and green are 100 a half; the original is 1 off, the candidate
        // 1.2
        Files.writeString(
                folder.resolve("targets.csv"),
                "file,red,green\n0.png,200,0\n1.png,100,100\n2.png,100,100\n3.png,100,0\n");
        var targets = DataSource.Folder.builder("images").targets("targets.csv").build();

        // When
        var report =
                bench(
                        Task.REGRESSION,
                        null,
                        targets,
                        Constraints.builder().maxErrorIncrease(0.1).build(),
                        TinyTasks.regression(1),
                        TinyTasks.regression(1.2f));

        // Then
        var original = (Accuracy.Regression) report.models().get(0).accuracy();
        assertThat(original.meanAbsoluteError()).isCloseTo(1, within(1e-4));
        assertThat(original.meanSquaredError()).isCloseTo(1, within(1e-4));
        assertThat(report.comparison().get(0).errorIncrease()).isCloseTo(0.2, within(1e-4));
        assertThat(report.comparison().get(0).accuracyDrop()).isNull();
        assertThat(report.verdict().violations())
                .containsExactly(
                        "The mean absolute error rose from 1.00000 to 1.20000, but may rise by"
                                + " 10.00 % at most."
                                + TOO_FEW);
        assertThat(report.models().get(0).notes())
                .contains("Input 'keep_prob' is fed 1; the images go to 'image'.");
    }

    @Test
    void aDetectorIsScoredByItsBoxes() throws IOException {
        // Given: the left half is an object in every image, the lower right quarter in one of two;
        // the candidate's left box is shifted so far that a third of both is common
        var boxes = Files.createDirectories(folder.resolve("boxes"));
        for (int i = 0; i < RIGHT.length; i++) {
            var quarter = i < 2 ? object("quarter", 4, 4, 8, 8) : "";
            Files.writeString(
                    boxes.resolve(i + ".xml"),
                    "<annotation>" + object("half", 0, 0, 4, 8) + quarter + "</annotation>");
        }
        var voc =
                DataSource.Folder.builder("images")
                        .voc("boxes")
                        .classes(List.of("half", "quarter"))
                        .build();

        // When
        var report =
                bench(
                        Task.DETECTION,
                        null,
                        voc,
                        Constraints.builder()
                                .maxAccuracyDrop(0.3)
                                .classes(Map.of(0, ClassConstraint.averagePrecision(0.5)))
                                .build(),
                        TinyTasks.detector(0),
                        TinyTasks.detector(0.25f));

        // Then: of four equally sure quarters those of the first two images are right
        var original = (Accuracy.Detection) report.models().get(0).accuracy();
        assertThat(original.perClassAveragePrecision()).isEqualTo(Map.of(0, 1.0, 1, 1.0));
        var candidate = (Accuracy.Detection) report.models().get(1).accuracy();
        assertThat(candidate.perClassAveragePrecision()).isEqualTo(Map.of(0, 0.0, 1, 1.0));
        assertThat(report.models().get(1).fidelity().agreement()).isNull();
        assertThat(report.verdict().violations())
                .containsExactly(
                        "The mAP fell by 50.00 points, from 100.00 % to 50.00 %, but may fall by"
                                + " 30.00 at most."
                                + TOO_FEW,
                        "The average precision of class 0 fell by 100.00 points, from 100.00 % to"
                                + " 0.00 %, but may fall by 50.00 at most."
                                + TOO_FEW);
    }

    private Report bench(
            Task task,
            String output,
            DataSource data,
            Constraints constraints,
            FlatGraph original,
            FlatGraph candidate)
            throws IOException {
        var plan =
                Plan.builder()
                        .name("tiny")
                        .model("model")
                        .output(output)
                        .task(task)
                        .data(new DataSpec(data, data))
                        .steps(
                                List.of(
                                        BenchStep.builder()
                                                .batchSizes(List.of(2))
                                                .threads(List.of(1))
                                                .engines(List.of(Engine.TENSORFLOW))
                                                .seconds(0.01)
                                                .build()))
                        .constraints(constraints)
                        .seed(1L)
                        .build();
        var models = List.of(model("original", original), model("prune", candidate));
        var stageTask =
                new StageTask(
                        "run-1",
                        plan,
                        0,
                        models,
                        folder,
                        "data-digest",
                        List.of(),
                        Files.createDirectories(folder.resolve("output")),
                        Files.createDirectories(folder.resolve("checkpoints")),
                        30,
                        null);
        var outcome = new BenchStage().run(stageTask, ProgressListener.NONE);
        return ((StageOutcome.Measured) outcome).report();
    }

    private StageTask.LocalModel model(String label, FlatGraph graph) {
        var saved = folder.resolve("models").resolve(label);
        SavedModelWriter.write(graph, saved);
        return new StageTask.LocalModel(label, saved, "digest", 1234, List.of());
    }

    private static DataSource masks() {
        return DataSource.Folder.builder("images").masks("masks").build();
    }

    private static String object(String name, int x1, int y1, int x2, int y2) {
        return """
        <object><name>%s</name><difficult>0</difficult><bndbox>
        <xmin>%d</xmin><ymin>%d</ymin><xmax>%d</xmax><ymax>%d</ymax>
        </bndbox></object>
        """
                .formatted(name, x1, y1, x2, y2);
    }

    private void halves(String into, int number, int left, int right, int type) throws IOException {
        var image = new BufferedImage(TinyTasks.SIZE, TinyTasks.SIZE, type);
        for (int y = 0; y < TinyTasks.SIZE; y++) {
            for (int x = 0; x < TinyTasks.SIZE; x++) {
                int value = x < TinyTasks.SIZE / 2 ? left : right;
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, value);
                } else {
                    image.setRGB(x, y, value);
                }
            }
        }
        var target = Files.createDirectories(folder.resolve(into));
        ImageIO.write(image, "png", target.resolve(number + ".png").toFile());
    }
}
