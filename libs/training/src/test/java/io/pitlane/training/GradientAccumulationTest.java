package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.contract.training.Training.BatchNorm;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TaskLosses;
import io.pitlane.training.loss.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientAccumulationTest {
    private static final int BATCH = 16;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @EnumSource(Optimizer.Method.class)
    void microBatchesTrainLikeTheWholeBatch(Optimizer.Method method) {
        var model = TinyModels.classifier(1, "Softmax");
        // Two batches of 16 and one of 5 images.
        var images = TinyModels.stripes(2 * BATCH + 5, 2, true);
        var options =
                options()
                        .optimizer(new Optimizer(method, null, 0.01, 0.5))
                        .labelSmoothing(0.1)
                        .augmentation(new Augmentation(true, 1, 0.2))
                        .build();

        var whole = trained(model, Task.CLASSIFICATION, images, options, BATCH);
        var split = trained(model, Task.CLASSIFICATION, images, options, 5);

        assertThat(split.microBatch()).isEqualTo(4);
        assertThat(split.steps()).isEqualTo(whole.steps());
        assertSameWeights(split.graph(), whole.graph(), 1e-5);
        assertThat(distance(whole.graph(), model)).isGreaterThan(0.005);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void everyPixelThatIsNotIgnoredCountsTheSame(int largest) {
        var model = segmenter();
        var images = maskedImages(BATCH);
        var options = options().optimizer(new Optimizer(Optimizer.Method.SGD, 0.0, null, null));

        var whole = trained(model, Task.SEGMENTATION, images, options.build(), BATCH);
        var split = trained(model, Task.SEGMENTATION, images, options.build(), largest);

        assertThat(split.microBatch()).isLessThanOrEqualTo(largest);
        assertSameWeights(split.graph(), whole.graph(), 1e-5);
        assertThat(distance(whole.graph(), model)).isGreaterThan(0.001);
    }

    @Test
    void theLossOfTheBatchIsTheSumOverItsMicroBatches() {
        var model = segmenter();
        var images = maskedImages(BATCH);
        var losses = labels(model, Task.SEGMENTATION, images, options().build());
        float whole;
        try (var graph = graph(model, losses, false)) {
            whole = graph.loss(batches(model, images).inOrder().next());
        }
        try (var graph = graph(model, losses, true);
                var stream = batches(model, images).inMicroBatches(3, 1 << 20).inOrder()) {
            float sum = 0;
            int counted = 0;
            for (var part = stream.next(); part != null; part = stream.next()) {
                sum += graph.loss(part);
                counted += part.size();
            }

            assertThat(counted).isEqualTo(BATCH);
            assertThat(sum).isCloseTo(whole, within(1e-5f));
        }
    }

    @Test
    void theTeacherSeesMicroBatches() {
        var teacher = TinyModels.classifier(1, "Softmax");
        var student = SampleGraphsTrainTest.perturbed(teacher);
        var images = TinyModels.stripes(2 * BATCH, 2, false);

        var whole = distilled(student, teacher, images, BATCH);
        var split = distilled(student, teacher, images, 3);

        assertSameWeights(split, whole, 1e-5);
    }

    @Test
    void runningStatisticsAreAveragedOverTheMicroBatches() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(BATCH, 2, true);
        var options = options().batchNorm(BatchNorm.TRAINED).learningRate(1e-9).build();

        var whole = trained(model, Task.CLASSIFICATION, images, options, BATCH).graph();
        var split = trained(model, Task.CLASSIFICATION, images, options, 4).graph();

        // The mean of means is exact; the variance lacks that between the micro-batches.
        var mean = FloatTensor.of(split.node("bn/mean")).values();
        var variance = FloatTensor.of(split.node("bn/variance")).values();
        float[] expected = FloatTensor.of(whole.node("bn/variance")).values();
        assertThat(mean)
                .containsExactly(FloatTensor.of(whole.node("bn/mean")).values(), within(1e-5f));
        for (int c = 0; c < variance.length; c++) {
            assertThat(variance[c]).isBetween(0.8f * expected[c], 1.01f * expected[c]);
        }
    }

    @Test
    void progressNamesTheMicroBatch() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(2 * BATCH, 2, true);
        var messages = new ArrayList<String>();
        var options = options().build();
        var losses = labels(model, Task.CLASSIFICATION, images, options);

        new Trainer(model, losses, options, 7)
                .withMemory(budget(model, images, losses, 6))
                .run(
                        images,
                        TinyModels.preprocessor(model),
                        (share, message, loss) -> messages.add(message));

        assertThat(messages)
                .first()
                .isEqualTo(
                        "micro-batches of 6 images: gradients are accumulated over batches of 16");
    }

    @Test
    void aBudgetTooSmallForOneImageIsNamed() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(BATCH, 2, true);
        var messages = new ArrayList<String>();
        var options = options().build();
        var losses = labels(model, Task.CLASSIFICATION, images, options);

        var trained =
                new Trainer(model, losses, options, 7)
                        .withMemory(new MemoryBudget(64, 64))
                        .run(
                                images,
                                TinyModels.preprocessor(model),
                                (share, message, loss) -> messages.add(message));

        assertThat(trained.microBatch()).isEqualTo(1);
        assertThat(messages.get(1))
                .isEqualTo(
                        "1 images at once need about 1 MiB of heap and 1 MiB outside it, more than the 1 and 1 MiB for them");
    }

    private static Training.Builder options() {
        return Training.builder().epochs(2).learningRate(0.01).batchSize(BATCH);
    }

    private static TrainedModel trained(
            FlatGraph model, Task task, ImageSet images, Training options, int largest) {
        var losses = labels(model, task, images, options);
        return new Trainer(model, losses, options, 7)
                .withMemory(budget(model, images, losses, largest))
                .run(images, TinyModels.preprocessor(model), TrainingListener.NONE);
    }

    private static FlatGraph distilled(
            FlatGraph student, FlatGraph teacher, ImageSet images, int largest) {
        var options = options().build();
        var input = TinyModels.preprocessor(student);
        try (var session = GraphSession.open(teacher)) {
            var outputs = new Teacher(session, images.size(), Augmentation.NONE);
            var losses =
                    new TaskLosses(Task.CLASSIFICATION, images, options)
                            .distillation(student, teacher, outputs, 1, 2);
            return new Trainer(student, losses, options, 7)
                    .withMemory(budget(student, images, losses, largest))
                    .run(images, input, TrainingListener.NONE)
                    .graph();
        }
    }

    /** A budget that this many images fit into, and no more. */
    private static MemoryBudget budget(
            FlatGraph model, ImageSet images, List<LossTerm> losses, int largest) {
        var input = TinyModels.preprocessor(model);
        var memory =
                TrainingMemory.of(
                        model,
                        model.signature().inputs().get(0).name(),
                        input.batch(images, new int[] {0}).shape(),
                        losses);
        return new MemoryBudget(1L << 30, memory.weights() + memory.activations() * largest + 1);
    }

    private static List<LossTerm> labels(
            FlatGraph model, Task task, ImageSet images, Training options) {
        return new TaskLosses(task, images, options).labels(model, 1).stream().toList();
    }

    private static TrainingGraph graph(FlatGraph model, List<LossTerm> losses, boolean isSplit) {
        return new TrainingGraph(
                model,
                InputSpec.DEFAULT,
                losses,
                options().build(),
                Map.of(),
                Map.of(),
                isSplit,
                Optional.empty());
    }

    private static Batches batches(FlatGraph model, ImageSet images) {
        Preprocessor input = TinyModels.preprocessor(model);
        return new Batches(images, input, BATCH);
    }

    /** From images of 6x6 to scores of 3x3 pixels. */
    private static FlatGraph segmenter() {
        var net = new SampleNetwork(4);
        var x = net.input("image", -1, 6, 6, 1);
        x = net.relu("relu", net.bias("b1", net.conv("c1", x, 3, 1, 8, 2), 8));
        x = net.bias("b2", net.conv("c2", x, 3, 8, 4, 1), 4);
        return net.output("mask", x, -1, 3, 3, 4).build();
    }

    /** Images with masks of which very different shares are ignored: from all to none. */
    private static ImageSet maskedImages(int count) {
        var random = new Random(3);
        var set = TinyModels.stripes(count, 1, false);
        var masks = new ArrayList<Mask>();
        for (int i = 0; i < count; i++) {
            var pixels = new byte[36];
            for (int p = 0; p < 36; p++) {
                boolean ignored = random.nextInt(count - 1) >= i;
                pixels[p] = (byte) (ignored ? Mask.IGNORE : random.nextInt(4));
            }
            masks.add(new Mask(6, 6, pixels));
        }
        return ImageSet.of(
                IntStream.range(0, count).mapToObj(set::image).toList(),
                Annotations.Masks.of(masks));
    }

    private static void assertSameWeights(FlatGraph actual, FlatGraph expected, double tolerance) {
        for (var node : expected.nodes()) {
            if (FloatTensor.isFloatConst(node)) {
                assertThat(FloatTensor.of(actual.node(node.getName())).values())
                        .as(node.getName())
                        .containsExactly(FloatTensor.of(node).values(), within((float) tolerance));
            }
        }
    }

    private static double distance(FlatGraph one, FlatGraph other) {
        double largest = 0;
        for (var node : one.nodes()) {
            if (FloatTensor.isFloatConst(node)) {
                float[] left = FloatTensor.of(node).values();
                float[] right = FloatTensor.of(other.node(node.getName())).values();
                for (int i = 0; i < left.length; i++) {
                    largest = Math.max(largest, Math.abs(left[i] - right[i]));
                }
            }
        }
        return largest;
    }
}
