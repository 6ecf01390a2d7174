package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.QuantizationSteps;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.quantization.WeightQuantization;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

/** Quantization-aware training with learned steps, against the formulas of its authors. */
class LearnedStepsTest {
    private static final int IMAGES = 8;
    private static final TensorRef KERNEL = TensorRef.of("conv/kernel");
    private static final TensorRef DENSE = TensorRef.of("dense/kernel");
    private static final TensorRef ELU = TensorRef.of("elu");

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theStepOfAWeightHasTheGradientOfThePaper() {
        // Given a kernel of 6 bits, some of whose weights saturate
        var floats = TinyModels.classifier(1, "Softmax");
        var kernel = FloatTensor.of(floats.node("conv/kernel"));
        var quantization = new Quantization(6, true, new float[] {0.8f, 0.4f, 0.6f, 0.3f}, 0, 3);
        var quantized = quantized(floats, "conv", 1, KERNEL, quantization);
        var rounded = rounded(floats, kernel, quantization);
        var images = TinyModels.stripes(IMAGES, 3, true);

        // When
        FloatTensor actual;
        FloatTensor upstream;
        try (var graph = graph(quantized, images, QuantizationSteps.LEARNED);
                var atRounded = graph(rounded, images, QuantizationSteps.LEARNED)) {
            actual = graph.gradients(batch(floats, images)).get("quantized/relative_step");
            upstream = atRounded.gradients(batch(floats, images)).get("conv/kernel");
        }

        // Then
        int saturated = 0;
        for (int channel = 0; channel < 4; channel++) {
            double step = quantization.limits()[channel] / 31.0;
            double gradient = 0;
            for (int i = channel; i < kernel.values().length; i += 4) {
                double v = kernel.values()[i] / step;
                saturated += Math.abs(v) > 31 ? 1 : 0;
                gradient += upstream.values()[i] * ofStep(v, -31, 31);
            }
            double scale = 1 / Math.sqrt(kernel.values().length / 4.0 * 31);
            assertThat((double) actual.values()[channel])
                    .isCloseTo(gradient * scale / step, within(1e-4 * Math.abs(scale / step)));
        }
        assertThat(saturated).isBetween(1, kernel.values().length - 1);
    }

    @Test
    void theStepOfAnActivationHasTheGradientOfThePaper() {
        // Given quantized logits with a zero point, some of which saturate
        var floats = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(IMAGES, 3, true);
        var logits = logits(floats, images);
        float largest = 0;
        for (float logit : logits) {
            largest = Math.max(largest, Math.abs(logit));
        }
        var quantization = Quantization.unsigned(1.2f * largest, 100);
        var quantized = quantized(floats, "out", 0, TensorRef.of("logits"), quantization);

        // When
        float actual;
        try (var graph = graph(quantized, images, QuantizationSteps.LEARNED)) {
            actual =
                    graph.gradients(batch(floats, images))
                            .get("quantized/relative_step")
                            .values()[0];
        }

        // Then
        double step = quantization.scale();
        double gradient = 0;
        int saturated = 0;
        for (int i = 0; i < IMAGES; i++) {
            var z = new double[TinyModels.CLASSES];
            for (int c = 0; c < z.length; c++) {
                int integer = quantization.quantize(logits[i * z.length + c], 0);
                z[c] = step * (integer - 100);
            }
            double total = Arrays.stream(z).map(Math::exp).sum();
            for (int c = 0; c < z.length; c++) {
                boolean isLabel = images.labels().orElseThrow()[i] == c;
                double upstream = (Math.exp(z[c]) / total - (isLabel ? 1 : 0)) / IMAGES;
                double v = logits[i * z.length + c] / step;
                saturated += v < -100 || v > 155 ? 1 : 0;
                gradient += upstream * ofStep(v, -100, 155);
            }
        }
        double scale = 1 / Math.sqrt(TinyModels.CLASSES * 255);
        assertThat((double) actual).isCloseTo(gradient * scale / step, within(1e-4 * scale / step));
        assertThat(saturated).isBetween(1, logits.length - 1);
    }

    /** Esser et al. 2020, equation 3. */
    private static double ofStep(double v, int lowest, int highest) {
        return v <= lowest ? lowest : v >= highest ? highest : Math.rint(v) - v;
    }

    @ParameterizedTest
    @ValueSource(strings = {"LEARNED", "FIXED"})
    void theModelThatWasValidatedIsDelivered(QuantizationSteps steps) {
        // Given
        var images = TinyModels.stripes(300, 5, true);
        var start = quantizedClassifier(2);

        // When a learning rate makes weights grow beyond their limits
        var trained = train(start, images, steps, 0.05);

        // Then neighbours are bounded, weights are on their grid, and the loss is the same
        assertThat(trained.bestEpoch()).isPositive();
        for (var tensor : List.of(KERNEL, DENSE)) {
            var quantization = QuantizedGraph.of(trained.graph()).of(tensor).orElseThrow();
            int axis = quantization.axis();
            int channels = quantization.limits().length;
            var weights = FloatTensor.of(trained.graph().node(tensor.node())).values();
            int largest = 0;
            for (int i = 0; i < weights.length; i++) {
                int integer = quantization.quantize(weights[i], i % channels);
                assertThat(weights[i]).isEqualTo(quantization.dequantize(integer, i % channels));
                if (i >= channels) {
                    int before = quantization.quantize(weights[i - channels], i % channels);
                    largest = Math.max(largest, Math.abs(integer + before));
                }
            }
            assertThat(axis).isEqualTo(tensor.equals(KERNEL) ? 3 : 1);
            assertThat(largest).isBetween(126, 128);
        }
        var split = ValidationSplit.of(images, 7, 0.1);
        var held = images.subset(split.validation());
        try (var graph = graph(trained.graph(), held, steps)) {
            assertThat((double) graph.loss(batch(start, held)))
                    .isCloseTo(trained.validationLoss(), within(1e-4));
        }
    }

    @Test
    void weightsForFloatArithmeticAreNotBounded() {
        // Given a kernel of 8 bits, whose largest weights are neighbours
        var graph = TinyModels.classifier(1, "Softmax");
        var kernel = FloatTensor.of(graph.node("conv/kernel")).map(w -> w < 0 ? w : 1);
        var editor = graph.edit().put(kernel.toConst("conv/kernel"));
        var weights = new Quantization(8, true, new float[] {1}, 0, -1);
        editor.setInput("conv", 1, FakeQuantization.add(editor, "w", KERNEL, weights));
        var quantized = WeightQuantization.onGrid(editor.build());
        var images = TinyModels.stripes(IMAGES, 3, true);

        // When
        Map<String, FloatTensor> constants;
        try (var training = graph(quantized, images, QuantizationSteps.LEARNED)) {
            constants = training.constants();
        }

        // Then
        assertThat(weights.integers(constants.get("conv/kernel")).values())
                .isEqualTo(
                        weights.integers(FloatTensor.of(quantized.node("conv/kernel"))).values());
    }

    @Test
    void learnedStepsRepairARangeThatIsFarTooWide() {
        // Given activations with 8 times the range
        var images = TinyModels.stripes(300, 5, true);
        var start = quantizedClassifier(400);

        // When
        var fixed = train(start, images, QuantizationSteps.FIXED, 0.002);
        var learned = train(start, images, QuantizationSteps.LEARNED, 0.002);

        // Then
        assertThat(learned.validationLoss()).isLessThan(fixed.validationLoss());
        var before = QuantizedGraph.of(start).of(ELU).orElseThrow();
        assertThat(QuantizedGraph.of(fixed.graph()).of(ELU)).contains(before);
        var after = QuantizedGraph.of(learned.graph()).of(ELU).orElseThrow();
        assertThat(after.zeroPoint()).isEqualTo(before.zeroPoint());
        assertThat(after.limit()).isLessThan(before.limit());
    }

    @Test
    void theStepOfASigmoidStays() {
        // Given
        var floats = TinyModels.classifier(1, "Softmax");
        var editor = floats.edit();
        editor.put(
                NodeBuilder.of("Sigmoid", "gate")
                        .input("elu")
                        .type("T", DataType.DT_FLOAT)
                        .build());
        var gate = Quantization.unsigned(255 / 256f, 0);
        editor.setInput("flat", 0, FakeQuantization.add(editor, "g", TensorRef.of("gate"), gate));
        editor.setInput(
                "gate", 0, FakeQuantization.add(editor, "e", ELU, Quantization.unsigned(4, 60)));

        // When
        var trained =
                train(
                        editor.build(),
                        TinyModels.stripes(300, 5, true),
                        QuantizationSteps.LEARNED,
                        0.01);

        // Then
        var quantized = QuantizedGraph.of(trained.graph());
        assertThat(quantized.of(TensorRef.of("gate"))).contains(gate);
        assertThat(quantized.of(ELU).orElseThrow().limit()).isNotEqualTo(4);
    }

    @Test
    void theStepOfAModelsInputStays() {
        // Given
        var floats = TinyModels.classifier(1, "Softmax");
        var input = Quantization.unsigned(1, 0);
        var quantized = quantized(floats, "conv", 0, TensorRef.of("x"), input);

        // When
        var trained =
                train(quantized, TinyModels.stripes(300, 5, true), QuantizationSteps.LEARNED, 0.01);

        // Then
        assertThat(QuantizedGraph.of(trained.graph()).of(TensorRef.of("x"))).contains(input);
    }

    @Test
    void maskedWeightsStayZero() {
        // Given
        var start = quantizedClassifier(2);
        var kernel = FloatTensor.of(start.node("conv/kernel"));
        var mask = kernel.map(v -> Math.abs(v) < 0.3 ? 0 : 1);
        var images = TinyModels.stripes(300, 5, true);

        // When
        var trained =
                new Trainer(start, losses(start, images), training(2, 0.01), 7)
                        .withMasks(Map.of("conv/kernel", mask))
                        .run(images, TinyModels.preprocessor(start), TrainingListener.NONE);

        // Then
        var after = FloatTensor.of(trained.graph().node("conv/kernel")).values();
        int zeros = 0;
        for (int i = 0; i < after.length; i++) {
            if (mask.values()[i] == 0) {
                zeros++;
                assertThat(after[i]).isZero();
            }
        }
        assertThat(zeros).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"8, 16", "4, 8", "3, 4"})
    void otherNumbersOfBitsAreTrained(int weightBits, int activationBits) {
        // Given weights with one step, and activations
        var graph = TinyModels.classifier(1, "Softmax");
        var editor = graph.edit();
        var weights = new Quantization(weightBits, true, new float[] {1.5f}, 0, -1);
        var activations = new Quantization(activationBits, true, new float[] {4}, 0, -1);
        editor.setInput("conv", 1, FakeQuantization.add(editor, "w", KERNEL, weights));
        editor.setInput("flat", 0, FakeQuantization.add(editor, "a", ELU, activations));
        var start = WeightQuantization.onGrid(editor.build());
        var images = TinyModels.stripes(300, 5, true);

        // When
        var trained = train(start, images, QuantizationSteps.LEARNED, 0.005);

        // Then
        var quantized = QuantizedGraph.of(trained.graph());
        assertThat(trained.bestEpoch()).isPositive();
        assertThat(quantized.of(KERNEL).orElseThrow().bits()).isEqualTo(weightBits);
        assertThat(quantized.of(KERNEL)).isNotEqualTo(QuantizedGraph.of(start).of(KERNEL));
        assertThat(quantized.of(ELU).orElseThrow().bits()).isEqualTo(activationBits);
        var integers = new HashSet<Integer>();
        for (float weight : FloatTensor.of(trained.graph().node("conv/kernel")).values()) {
            int integer = quantized.of(KERNEL).orElseThrow().quantize(weight, 0);
            assertThat(weight).isEqualTo(quantized.of(KERNEL).orElseThrow().dequantize(integer, 0));
            integers.add(integer);
        }
        assertThat(integers).hasSizeGreaterThan(3);
    }

    @Test
    void theMemoryForGradientsOfQuantizedActivationsIsCounted() {
        // Given
        var floats = TinyModels.classifier(1, "Softmax");
        var quantized = quantized(floats, "flat", 0, ELU, Quantization.unsigned(2, 60));
        var images = TinyModels.stripes(IMAGES, 3, true);
        long[] image = {1, 6, 6, 1};

        // When
        var before = TrainingMemory.of(floats, "in", image, losses(floats, images));
        var after = TrainingMemory.of(quantized, "in", image, losses(quantized, images));

        // Then: its output, and three tensors of its size
        assertThat(after.activations() - before.activations()).isEqualTo(4 * 6 * 6 * 4 * 4);
    }

    /** Weights of 8 bits a channel, and activations of 8 bits with a zero point. */
    private static FlatGraph quantizedClassifier(float range) {
        var graph = TinyModels.classifier(1, "Softmax");
        var conv = WeightQuantization.of(FloatTensor.of(graph.node("conv/kernel")), 3);
        var dense = WeightQuantization.of(FloatTensor.of(graph.node("dense/kernel")), 1);
        var editor = graph.edit();
        editor.put(conv.rounded().toConst("conv/kernel"));
        editor.put(dense.rounded().toConst("dense/kernel"));
        editor.setInput(
                "conv", 1, FakeQuantization.add(editor, "conv_fake", KERNEL, conv.quantization()));
        editor.setInput(
                "dense",
                1,
                FakeQuantization.add(editor, "dense_fake", DENSE, dense.quantization()));
        var elu = Quantization.unsigned(range, 60);
        editor.setInput("flat", 0, FakeQuantization.add(editor, "elu_fake", ELU, elu));
        return editor.build();
    }

    private static FlatGraph quantized(
            FlatGraph graph, String reader, int slot, TensorRef tensor, Quantization quantization) {
        var editor = graph.edit();
        var fake = FakeQuantization.add(editor, "quantized", tensor, quantization);
        return editor.setInput(reader, slot, fake).build();
    }

    private static FlatGraph rounded(
            FlatGraph graph, FloatTensor kernel, Quantization quantization) {
        var values = kernel.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = quantization.dequantize(quantization.quantize(values[i], i % 4), i % 4);
        }
        return graph.edit()
                .put(new FloatTensor(values, kernel.shape()).toConst("conv/kernel"))
                .build();
    }

    private static Training training(int epochs, double learningRate) {
        return Training.builder().epochs(epochs).learningRate(learningRate).batchSize(16).build();
    }

    private static TrainedModel train(
            FlatGraph start, ImageSet images, QuantizationSteps steps, double learningRate) {
        var options = training(6, learningRate).toBuilder().quantizationSteps(steps).build();
        return new Trainer(start, losses(start, images), options, 7)
                .run(images, TinyModels.preprocessor(start), TrainingListener.NONE);
    }

    private static List<LossTerm> losses(FlatGraph model, ImageSet images) {
        var head = Head.of(model, model.signature().outputs().get(0));
        return List.of(new ClassificationLoss(head, 1, images.labels().orElseThrow(), 0));
    }

    private static TrainingGraph graph(FlatGraph model, ImageSet images, QuantizationSteps steps) {
        var options = Training.builder().quantizationSteps(steps).build();
        return new TrainingGraph(
                model, InputSpec.DEFAULT, losses(model, images), options, Map.of());
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
}
