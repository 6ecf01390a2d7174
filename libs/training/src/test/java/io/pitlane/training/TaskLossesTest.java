package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TaskLosses;
import io.pitlane.training.loss.Teacher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class TaskLossesTest {
    private static final int IMAGES = 6;
    private static final int CLASSES = 4;
    private static final double SMOOTHING = 0.1;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theSegmentationLossCountsPixelsAtTheOutputSizeExceptIgnoredOnes() {
        var model = segmenter();
        var masks = masks(CLASSES, true);
        var images = images(Annotations.Masks.of(masks));
        try (var graph = graph(model, Task.SEGMENTATION, images)) {

            float loss = graph.loss(batch(model, images));

            assertThat(loss).isCloseTo((float) byHand(model, images, masks), within(1e-4f));
        }
    }

    @Test
    void aMaskOfIgnoredPixelsHasZeroLoss() {
        var model = segmenter();
        var empty = new Mask(6, 6, filled(Mask.IGNORE));
        var images = images(Annotations.Masks.of(Collections.nCopies(IMAGES, empty)));
        try (var graph = graph(model, Task.SEGMENTATION, images)) {
            assertThat(graph.loss(batch(model, images))).isZero();
        }
    }

    @Test
    void aMaskClassBeyondTheModelsClassesIsRefused() {
        var model = segmenter();
        var images = images(Annotations.Masks.of(masks(CLASSES + 1, false)));
        try (var graph = graph(model, Task.SEGMENTATION, images)) {
            assertThatThrownBy(() -> graph.loss(batch(model, images)))
                    .hasMessage("A mask has the class 4, but the model has 4 classes (from 0).");
        }
    }

    @Test
    void aSegmenterLearnsItsMasks() {
        var model = segmenter();
        var set = TinyModels.stripes(300, 5, true);
        var labels = set.labels().orElseThrow();
        var masks = IntStream.range(0, 300).mapToObj(i -> stripe(labels[i])).toList();
        var images =
                ImageSet.of(
                        IntStream.range(0, 300).mapToObj(set::image).toList(),
                        Annotations.Masks.of(masks));
        var options = Training.builder().epochs(5).learningRate(0.01).batchSize(16).build();

        var trained =
                new Trainer(model, losses(model, Task.SEGMENTATION, images, options), options, 3)
                        .run(images, input(model), TrainingListener.NONE);

        assertThat(trained.validationLoss()).isLessThan(0.2);
    }

    @Test
    void theRegressionLossIsTheMeanSquaredError() {
        var model = TinyModels.classifier(1, null);
        var random = new Random(2);
        var values = new float[IMAGES][3];
        for (var row : values) {
            for (int k = 0; k < 3; k++) {
                row[k] = random.nextFloat();
            }
        }
        var images = images(new Annotations.Values(values));
        try (var graph = graph(model, Task.REGRESSION, images);
                var session = GraphSession.open(model)) {
            float[] answers = session.run(batch(model, images).images()).get(0).values();
            double sum = 0;
            for (int i = 0; i < answers.length; i++) {
                sum += Math.pow(answers[i] - values[i / 3][i % 3], 2);
            }

            assertThat(graph.loss(batch(model, images)))
                    .isCloseTo((float) (sum / answers.length), within(1e-4f));
        }
    }

    @Test
    void theErrorsOfSeveralOutputsAreSharesOfTheVarianceOfTheTeachersOutputs() {
        // Given
        var student = boxesAndHeights(1);
        var teacher = boxesAndHeights(2);
        var images = TinyModels.stripes(IMAGES, 1, false);
        try (var original = GraphSession.open(teacher);
                var session = GraphSession.open(student)) {
            var outputs = new Teacher(original, IMAGES, Training.Augmentation.NONE);
            var losses =
                    new TaskLosses(Task.DETECTION, images, Training.DEFAULT)
                            .distillation(student, teacher, outputs, 0.5, 2);
            var batch = batch(student, images);

            // When
            float loss;
            try (var graph =
                    new TrainingGraph(
                            student, InputSpec.DEFAULT, losses, Training.DEFAULT, Map.of())) {
                loss = graph.loss(batch);
            }

            // Then
            double expected = 0;
            for (int port = 0; port < 2; port++) {
                var actual = session.run(batch.images()).get(port).values();
                var wanted = original.run(batch.images()).get(port).values();
                expected += 0.5 * relativeError(actual, wanted, port == 0 ? 4 : 1);
            }
            assertThat(loss).isCloseTo((float) expected, within(1e-3f));
        }
    }

    @Test
    void aDetectorsBoxesAreTaughtAsValuesAndNotAsScoresOfClasses() {
        // Given
        var net = new SampleNetwork(5);
        var x = net.reshape("flat", net.input("image", -1, 6, 6, 1), -1, 36);
        var boxes = net.reshape("boxes", net.dense("edges", x, 36, 8), -1, 2, 4);
        var scores = net.dense("scores", x, 36, 2);
        var classes = net.dense("classes", x, 36, 2);
        var detector =
                net.output("detection_boxes", boxes, -1, 2, 4)
                        .output("detection_scores", scores, -1, 2)
                        .output("detection_classes", classes, -1, 2)
                        .build();
        var images = TinyModels.stripes(IMAGES, 1, false);

        try (var session = GraphSession.open(detector)) {
            // When
            var losses =
                    new TaskLosses(Task.DETECTION, images, Training.DEFAULT)
                            .distillation(
                                    detector,
                                    detector,
                                    new Teacher(session, IMAGES, Training.Augmentation.NONE),
                                    0.5,
                                    2);

            // Then
            assertThat(losses)
                    .filteredOn(loss -> loss.describe().contains("detection_boxes"))
                    .singleElement()
                    .satisfies(
                            loss ->
                                    assertThat(loss.describe())
                                            .startsWith("relative squared error"));
        }
    }

    /** Outputs {@code [N, 4]} of about 1 and {@code [N, 1]} of about 100. */
    private static FlatGraph boxesAndHeights(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, 6, 6, 1);
        x = net.relu("relu", net.conv("c1", x, 3, 1, 8, 2));
        x = net.reshape("flat", x, -1, 72);
        var boxes = net.dense("boxes", x, 72, 4);
        var factor = net.values("factor", new float[] {100}, 1);
        var heights =
                net.add(
                        NodeBuilder.of("Mul", "heights")
                                .input(net.dense("heights/units", x, 72, 1))
                                .input(factor)
                                .type("T", DataType.DT_FLOAT));
        return net.output("boxes", boxes, -1, 4).output("heights", heights, -1, 1).build();
    }

    private static double relativeError(float[] actual, float[] wanted, int width) {
        int rows = wanted.length / width;
        double error = 0;
        double variance = 0;
        for (int k = 0; k < width; k++) {
            double mean = 0;
            for (int i = 0; i < rows; i++) {
                mean += wanted[i * width + k] / (double) rows;
            }
            for (int i = 0; i < rows; i++) {
                error += Math.pow(actual[i * width + k] - wanted[i * width + k], 2);
                variance += Math.pow(wanted[i * width + k] - mean, 2);
            }
        }
        return error / (variance + 1e-4 * wanted.length);
    }

    @Test
    void aWrongNumberOfTargetValuesIsRefused() {
        var model = TinyModels.classifier(1, null);
        var images = images(new Annotations.Values(new float[IMAGES][2]));

        assertThatThrownBy(() -> graph(model, Task.REGRESSION, images))
                .hasMessageContaining("The data has 2 values per image, but the output 'out'");
    }

    @Test
    void labelsOfAnotherTaskAreRefused() {
        var images = TinyModels.stripes(IMAGES, 1, true);

        assertThatThrownBy(() -> graph(segmenter(), Task.SEGMENTATION, images))
                .hasMessage(
                        "The training data has classes, but the task segmentation cannot be trained on them.");
    }

    @Test
    void theNamedOutputIsTrainedOnTheLabels() {
        var model = TinyModels.classifier(1, "Softmax");
        var losses =
                new TaskLosses(
                        Task.CLASSIFICATION, TinyModels.stripes(4, 1, true), Training.DEFAULT);

        assertThat(losses.withScoredOutput("out").labels(model, 1)).isPresent();
        assertThatThrownBy(() -> losses.withScoredOutput("scores").labels(model, 1))
                .hasMessageStartingWith("The model has no output 'scores'");
    }

    /** A segmentation model from images of 6x6 to scores of 3x3 pixels and 4 classes. */
    private static FlatGraph segmenter() {
        var net = new SampleNetwork(4);
        var x = net.input("image", -1, 6, 6, 1);
        x = net.relu("relu", net.bias("b1", net.conv("c1", x, 3, 1, 8, 2), 8));
        x = net.bias("b2", net.conv("c2", x, 3, 8, CLASSES, 1), CLASSES);
        return net.output("mask", x, -1, 3, 3, CLASSES).build();
    }

    private static List<Mask> masks(int classes, boolean someIgnored) {
        var random = new Random(3);
        var masks = new ArrayList<Mask>();
        for (int i = 0; i < IMAGES; i++) {
            var pixels = new byte[36];
            for (int p = 0; p < 36; p++) {
                boolean ignored = someIgnored && random.nextInt(5) == 0;
                pixels[p] = (byte) (ignored ? Mask.IGNORE : random.nextInt(classes));
            }
            masks.add(new Mask(6, 6, pixels));
        }
        return masks;
    }

    private static byte[] filled(int value) {
        var pixels = new byte[36];
        Arrays.fill(pixels, (byte) value);
        return pixels;
    }

    /** Class 1 in the rows of the stripe, 0 elsewhere. */
    private static Mask stripe(int label) {
        var pixels = new byte[36];
        for (int p = 0; p < 36; p++) {
            pixels[p] = (byte) (p / 6 / 2 == label ? 1 : 0);
        }
        return new Mask(6, 6, pixels);
    }

    private static double byHand(FlatGraph model, ImageSet images, List<Mask> masks) {
        float[] z;
        try (var session = GraphSession.open(model)) {
            z = session.run(batch(model, images).images()).get(0).values();
        }
        double sum = 0;
        int counted = 0;
        for (int i = 0; i < IMAGES; i++) {
            for (int p = 0; p < 9; p++) {
                // Of two pixels at the same distance from the new centre, the later one.
                int label = masks.get(i).at(2 * (p / 3) + 1, 2 * (p % 3) + 1);
                if (label != Mask.IGNORE) {
                    sum += crossEntropy(z, (i * 9 + p) * CLASSES, label);
                    counted++;
                }
            }
        }
        return sum / counted;
    }

    private static double crossEntropy(float[] z, int from, int label) {
        double total = 0;
        for (int c = 0; c < CLASSES; c++) {
            total += Math.exp(z[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            double target = SMOOTHING / CLASSES + (c == label ? 1 - SMOOTHING : 0);
            sum -= target * (z[from + c] - Math.log(total));
        }
        return sum;
    }

    private static ImageSet images(Annotations annotations) {
        var set = TinyModels.stripes(IMAGES, 1, false);
        return ImageSet.of(IntStream.range(0, IMAGES).mapToObj(set::image).toList(), annotations);
    }

    private static TrainingGraph graph(FlatGraph model, Task task, ImageSet images) {
        var options =
                Training.builder()
                        .epochs(1)
                        .learningRate(0.01)
                        .batchSize(8)
                        .labelSmoothing(SMOOTHING)
                        .build();
        return new TrainingGraph(
                model, InputSpec.DEFAULT, losses(model, task, images, options), options, Map.of());
    }

    private static List<LossTerm> losses(
            FlatGraph model, Task task, ImageSet images, Training options) {
        return new TaskLosses(task, images, options).labels(model, 1).stream().toList();
    }

    private static Batch batch(FlatGraph model, ImageSet images) {
        return new Batches(images, input(model), IMAGES).inOrder().next();
    }

    private static Preprocessor input(FlatGraph model) {
        return TinyModels.preprocessor(model);
    }
}
