package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.Teacher;
import io.pitlane.training.weights.GradientFlow;
import io.pitlane.training.weights.TrainableWeight;
import io.pitlane.training.weights.WeightFinder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingGraphTest {
    private static final int IMAGES = 8;
    private static final double T = 2.5;

    /** Without the bound of neighbours that weights of 8 bits have. */
    private static final int BITS = 6;

    private static final int HIGHEST = 31;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest(name = "ends with {0}, labels {1}, soft targets {2}")
    @CsvSource({
        "Softmax, 1, 0", "Softmax, 0, 1", "Softmax, 0.3, 0.7",
        "Sigmoid, 1, 0", "Sigmoid, 0.3, 0.7", ", 0.3, 0.7"
    })
    void gradientsMatchTheDefinitionOfTheLoss(
            String activation, double labels, double softTargets) {
        var student = TinyModels.classifier(1, activation);
        var teacher = TinyModels.classifier(2, activation);
        var images = TinyModels.stripes(IMAGES, 3, true);
        var weights = weights(labels, softTargets);
        var loss = new LossByHand(images, teacher, weights, "Sigmoid".equals(activation));
        try (var original = GraphSession.open(teacher);
                var graph = graph(student, losses(student, teacher, original, images, weights))) {
            var batch = batch(student, images);

            assertThat(graph.loss(batch)).isCloseTo((float) loss.of(student), within(1e-4f));
            var gradients = graph.gradients(batch);
            assertThat(gradients)
                    .containsOnlyKeys(
                            "conv/kernel", "bn/gamma", "bn/beta", "dense/kernel", "dense/bias");
            gradients.forEach((name, gradient) -> loss.assertGradient(student, name, gradient));
        }
    }

    @Test
    void gradientsPassFakeQuantizationWhereNothingSaturates() {
        // Given a model with a quantized kernel, one of whose weights is outside the range
        var floats = TinyModels.classifier(1, "Softmax");
        var kernel = FloatTensor.of(floats.node("conv/kernel"));
        var limits = new float[] {2, 2, 2, Math.abs(kernel.values()[3]) / 2};
        var quantized = quantized(floats, new Quantization(BITS, true, limits, 0, 3));
        var rounded = rounded(floats, kernel, limits);
        var images = TinyModels.stripes(IMAGES, 3, true);
        var teacher = TinyModels.classifier(2, "Softmax");
        var weights = weights(1.0, 0.5);

        // When
        try (var original = GraphSession.open(teacher);
                var withNode =
                        graph(quantized, losses(quantized, teacher, original, images, weights));
                var without = graph(rounded, losses(rounded, teacher, original, images, weights))) {
            var batch = batch(floats, images);
            var actual = withNode.gradients(batch).get("conv/kernel").values();
            var expected = without.gradients(batch).get("conv/kernel").values();

            // Then: it is the gradient at the rounded weights, but 0 for those that saturate
            assertThat(withNode.loss(batch)).isCloseTo(without.loss(batch), within(1e-6f));
            int saturated = 0;
            for (int i = 0; i < actual.length; i++) {
                boolean outside = Math.abs(kernel.values()[i]) > limits[i % 4];
                saturated += outside ? 1 : 0;
                assertThat(actual[i]).isCloseTo(outside ? 0 : expected[i], within(1e-6f));
            }
            assertThat(saturated).isPositive();
        }
    }

    private static FlatGraph quantized(FlatGraph graph, Quantization quantization) {
        var editor = graph.edit();
        var kernel = TensorRef.of("conv/kernel");
        editor.setInput("conv", 1, FakeQuantization.add(editor, "fake", kernel, quantization));
        return editor.build();
    }

    private static FlatGraph rounded(FlatGraph graph, FloatTensor kernel, float[] limits) {
        var values = kernel.values().clone();
        for (int i = 0; i < values.length; i++) {
            float step = limits[i % 4] / HIGHEST;
            double integer = Math.rint(values[i] / step);
            integer = Math.max(-HIGHEST, Math.min(HIGHEST, integer));
            values[i] = (float) (step * integer);
        }
        return graph.edit()
                .put(new FloatTensor(values, kernel.shape()).toConst("conv/kernel"))
                .build();
    }

    @Test
    void anOutputOfARegressionWithoutLabelsFollowsTheTeachersValues() {
        var student = TinyModels.classifier(1, null);
        var teacher = TinyModels.classifier(2, null);
        var images = TinyModels.stripes(IMAGES, 3, false);
        var weights = weights(1.0, 0.5);
        try (var original = GraphSession.open(teacher);
                var graph =
                        graph(
                                student,
                                losses(
                                        Task.REGRESSION,
                                        student,
                                        teacher,
                                        original,
                                        images,
                                        weights))) {
            var batch = batch(student, images);

            float[] expected = logits(teacher, images);
            float[] actual = logits(student, images);
            double squares = 0;
            for (int i = 0; i < expected.length; i++) {
                squares += Math.pow(actual[i] - expected[i], 2);
            }
            assertThat(graph.loss(batch))
                    .isCloseTo((float) (0.5 * squares / expected.length), within(1e-4f));
        }
    }

    @Test
    void withoutLabelsAndSoftTargetsTrainingIsRefused() {
        var model = TinyModels.classifier(1, "Softmax");
        var weights = weights(1.0, 0.0);
        try (var original = GraphSession.open(model)) {
            assertThatThrownBy(
                            () ->
                                    losses(
                                            model,
                                            model,
                                            original,
                                            TinyModels.stripes(2, 3, false),
                                            weights))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("no labels and loss.softTargets is 0");
        }
    }

    @Test
    void aLabelBeyondTheModelsClassesIsRefused() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = ImageSet.of(List.of(TinyModels.stripes(1, 3, false).image(0)), new int[] {3});
        var loss =
                new ClassificationLoss(
                        Head.of(model, model.signature().outputs().get(0)),
                        1,
                        images.labels().orElseThrow(),
                        0);
        try (var graph = graph(model, List.of(loss))) {
            var batch =
                    new Batch(TinyModels.preprocessor(model).apply(images.image(0)), new int[1], 1);

            assertThatThrownBy(() -> graph.loss(batch))
                    .hasMessage("The data has the label 3, but the model has 3 classes (from 0).");
        }
    }

    @Test
    void frozenBatchNormTrainsScaleAndOffsetOnly() {
        var model = TinyModels.classifier(1, "Softmax");
        var head = Head.of(model, model.signature().outputs().get(0));

        assertThat(WeightFinder.find(model, GradientFlow.of(model, List.of(head.tensor())).nodes()))
                .extracting(TrainableWeight::name)
                .contains("bn/gamma", "bn/beta")
                .doesNotContain("bn/mean", "bn/variance");
    }

    private static DistillationLoss weights(double labels, double softTargets) {
        return DistillationLoss.builder()
                .labels(labels)
                .softTargets(softTargets)
                .temperature(T)
                .build();
    }

    private static TrainingGraph graph(FlatGraph model, List<LossTerm> losses) {
        return new TrainingGraph(model, InputSpec.DEFAULT, losses, Training.DEFAULT, Map.of());
    }

    private static List<LossTerm> losses(
            FlatGraph student,
            FlatGraph teacher,
            GraphSession original,
            ImageSet images,
            DistillationLoss weights) {
        return losses(Task.CLASSIFICATION, student, teacher, original, images, weights);
    }

    private static List<LossTerm> losses(
            Task task,
            FlatGraph student,
            FlatGraph teacher,
            GraphSession original,
            ImageSet images,
            DistillationLoss weights) {
        return new FineTuning(student, teacher, task, Training.DEFAULT, weights, 17)
                .terms(images, new Teacher(original, images.size(), Training.Augmentation.NONE));
    }

    private static Batch batch(FlatGraph graph, ImageSet images) {
        int[] all = IntStream.range(0, images.size()).toArray();
        return new Batch(TinyModels.preprocessor(graph).batch(images, all), all, images.size());
    }

    private static float[] logits(FlatGraph graph, ImageSet images) {
        try (var session = GraphSession.open(graph)) {
            return session.run(batch(graph, images).images(), TensorRef.of("logits")).values();
        }
    }

    /** The loss by its definition, in double precision, from the logits of an inference session. */
    private static final class LossByHand {
        private static final double STEP = 1e-2;

        private final ImageSet images;
        private final float[] teacher;
        private final DistillationLoss weights;
        private final boolean sigmoid;

        LossByHand(ImageSet images, FlatGraph teacher, DistillationLoss weights, boolean sigmoid) {
            this.images = images;
            this.teacher = logits(teacher, images);
            this.weights = weights;
            this.sigmoid = sigmoid;
        }

        double of(FlatGraph student) {
            float[] z = logits(student, images);
            double sum = 0;
            for (int i = 0; i < images.size(); i++) {
                var target = new double[TinyModels.CLASSES];
                target[images.labels().orElseThrow()[i]] = 1;
                sum += weights.labels() * crossEntropy(target, row(z, i, 1));
                var soft = probabilities(row(teacher, i, T));
                sum += weights.softTargets() * T * T * crossEntropy(soft, row(z, i, T));
            }
            return sum / images.size();
        }

        void assertGradient(FlatGraph student, String name, FloatTensor gradient) {
            var random = new Random(4);
            for (int k = 0; k < 3; k++) {
                int at = random.nextInt(gradient.values().length);
                double slope =
                        (of(moved(student, name, at, STEP)) - of(moved(student, name, at, -STEP)))
                                / (2 * STEP);
                assertThat((double) gradient.values()[at])
                        .as("%s[%d]", name, at)
                        .isCloseTo(slope, within(1e-3 + 0.01 * Math.abs(slope)));
            }
        }

        private static FlatGraph moved(FlatGraph graph, String name, int at, double by) {
            var weight = FloatTensor.of(graph.node(name)).map(v -> v);
            weight.values()[at] += (float) by;
            return graph.edit().put(weight.toConst(name)).build();
        }

        private double crossEntropy(double[] target, double[] z) {
            double[] p = probabilities(z);
            double sum = 0;
            for (int c = 0; c < z.length; c++) {
                sum -= target[c] * Math.log(p[c]);
                sum -= sigmoid ? (1 - target[c]) * Math.log(1 - p[c]) : 0;
            }
            return sum;
        }

        private double[] probabilities(double[] z) {
            double total = 0;
            for (double value : z) {
                total += Math.exp(value);
            }
            var p = new double[z.length];
            for (int c = 0; c < z.length; c++) {
                p[c] = sigmoid ? 1 / (1 + Math.exp(-z[c])) : Math.exp(z[c]) / total;
            }
            return p;
        }

        private static double[] row(float[] values, int i, double temperature) {
            var row = new double[TinyModels.CLASSES];
            for (int c = 0; c < row.length; c++) {
                row[c] = values[i * row.length + c] / temperature;
            }
            return row;
        }
    }
}
