package io.pitlane.distill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.plan.PlanReader;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Distillation for tasks other than classification: 240 grey images of 8x8 with a bright rectangle.
 */
class DistillTasksTest {
    private static final int IMAGES = 240;
    private static final int SIDE = 8;
    private static final String TRAINING =
            "training: {epochs: 12, learningRate: 0.01, batchSize: 32}";

    @TempDir static Path folder;

    @BeforeAll
    static void drawImages() throws IOException {
        TensorFlowRuntime.load();
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("masks"));
        var random = new Random(5);
        var targets = new StringBuilder("file,left\n");
        for (int i = 0; i < IMAGES; i++) {
            int left = random.nextInt(5);
            int top = random.nextInt(5);
            var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            var mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            for (int p = 0; p < SIDE * SIDE; p++) {
                int x = p % SIDE;
                int y = p / SIDE;
                boolean isInside = x >= left && x < left + 4 && y >= top && y < top + 4;
                image.getRaster().setSample(x, y, 0, random.nextInt(120) + (isInside ? 120 : 0));
                mask.getRaster().setSample(x, y, 0, isInside ? 1 : 0);
            }
            var name = "%03d.png".formatted(i);
            ImageIO.write(image, "png", folder.resolve("images").resolve(name).toFile());
            ImageIO.write(mask, "png", folder.resolve("masks").resolve(name).toFile());
            targets.append(name).append(',').append(left / 4.0).append('\n');
        }
        Files.writeString(folder.resolve("targets.csv"), targets);
    }

    /** Three convolutions at full size; two classes a pixel. */
    private static FlatGraph segmenter(int channels) {
        var net = new TestNet(-1, SIDE, SIDE, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, channels), channels));
        var c2 = net.relu(net.bias("b2", net.conv("c2", c1, channels, channels), channels));
        var logits = net.bias("b3", net.conv("c3", c2, channels, 2), 2);
        return net.graph(net.op("Softmax", "classes", logits));
    }

    private static FlatGraph regressor(int channels) {
        var net = new TestNet(-1, SIDE, SIDE, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, channels), channels));
        var flat = net.reshape("flat", net.pool("p", c1), -1, 16 * channels);
        return net.graph(net.bias("value", net.dense("d", flat, 16 * channels, 1), 1));
    }

    @Test
    void aSegmenterImitatesItsTeacherPerPixel() throws IOException {
        var original = save(segmenter(16), "segmenter");

        var untrained =
                distill(
                        "segmentation",
                        "",
                        original,
                        "{student: {width: 0.5}, training: {epochs: 0}}");
        var made =
                distill("segmentation", "", original, "{student: {width: 0.5}, " + TRAINING + "}");

        assertThat(agreement(original, made.savedModel()))
                .isGreaterThan(0.9)
                .isGreaterThan(agreement(original, untrained.savedModel()));
    }

    @Test
    void withMasksAnAblationReportsMeanIou() throws IOException {
        var original = save(segmenter(8), "untrained");
        var trained =
                distill(
                        "segmentation",
                        "masks: masks",
                        original,
                        "{teacher: {from: current}, loss: {softTargets: 0.001}, " + TRAINING + "}");

        var made =
                distill(
                        "segmentation",
                        "masks: masks",
                        trained.savedModel(),
                        "{student: {width: 0.5}, ablation: true, " + TRAINING + "}");

        assertThat(made.notes())
                .anyMatch(
                        note ->
                                note.matches(
                                        "student alone mean IoU [89]\\d\\.\\d %, distilled mean IoU [89]\\d\\.\\d % on the validation split"));
    }

    @Test
    void aRegressorImitatesItsTeachersValues() throws IOException {
        var original = save(regressor(16), "regressor");

        var untrained =
                distill(
                        "regression",
                        "",
                        original,
                        "{student: {width: 0.5}, training: {epochs: 0}}");
        var made = distill("regression", "", original, "{student: {width: 0.5}, " + TRAINING + "}");

        assertThat(squaredError(original, made.savedModel()))
                .isLessThan(squaredError(original, untrained.savedModel()) / 10);
    }

    @Test
    void withTargetsAnAblationReportsTheError() throws IOException {
        var original = save(regressor(16), "untrained-regressor");

        var made =
                distill(
                        "regression",
                        "targets: targets.csv",
                        original,
                        "{loss: {softTargets: 0.001}, ablation: true, " + TRAINING + "}");

        assertThat(made.notes())
                .anyMatch(
                        note ->
                                note.matches(
                                        "student alone MAE 0\\.\\d+, distilled MAE 0\\.\\d+ on the validation split"));
    }

    private static Path save(FlatGraph graph, String name) {
        SavedModelWriter.write(graph, folder.resolve(name));
        return folder.resolve(name);
    }

    private static ModelMade distill(
            String taskName, String annotations, Path original, String options) throws IOException {
        var source = "{folder: images" + (annotations.isEmpty() ? "" : ", " + annotations) + "}";
        var plan =
                PlanReader.read(
                        """
                        name: rectangles
                        model: original
                        task: %s
                        data: {train: %s, test: %s}
                        input: {channels: grey, scale: 0.00392156862745098}
                        steps: [{distill: %s}]
                        """
                                .formatted(taskName, source, source, options));
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(new StageTask.LocalModel("original", original, "0", 0, List.of())),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        Files.createTempDirectory(folder, "checkpoints"),
                        30,
                        null);
        return (ModelMade) new DistillStage().run(task, ProgressListener.NONE);
    }

    /** Share of pixels for which both models predict the same of two classes. */
    private static double agreement(Path one, Path other) throws IOException {
        float[] left = outputs(one);
        float[] right = outputs(other);
        int same = 0;
        for (int i = 0; i < left.length; i += 2) {
            same += left[i] > left[i + 1] == right[i] > right[i + 1] ? 1 : 0;
        }
        return 2.0 * same / left.length;
    }

    private static double squaredError(Path one, Path other) throws IOException {
        float[] left = outputs(one);
        float[] right = outputs(other);
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.pow(left[i] - right[i], 2);
        }
        return sum / left.length;
    }

    private static float[] outputs(Path model) throws IOException {
        var graph = SavedModelReader.read(model);
        var pixels = new float[IMAGES * SIDE * SIDE];
        for (int i = 0; i < IMAGES; i++) {
            var file = folder.resolve("images").resolve("%03d.png".formatted(i)).toFile();
            var raster = ImageIO.read(file).getRaster();
            for (int p = 0; p < SIDE * SIDE; p++) {
                pixels[i * SIDE * SIDE + p] = raster.getSample(p % SIDE, p / SIDE, 0) / 255f;
            }
        }
        try (var session = GraphSession.open(graph)) {
            return session.run(new FloatTensor(pixels, IMAGES, SIDE, SIDE, 1)).get(0).values();
        }
    }
}
