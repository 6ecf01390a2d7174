package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The stage with a training: on a separable net with ReLU6, the ranges of whose channels differ.
 */
class QuantizationAwareTrainingTest {
    private static final int CHANNELS = 16;
    private static final double SMALL = 1.0 / 2048;

    @TempDir static Path folder;

    private static FlatGraph balanced;

    @BeforeAll
    static void trainAFloatModel() throws IOException {
        QuadrantImages.write(folder, "train", 800, 1);
        QuadrantImages.write(folder, "test", 800, 2);
        var net = net();
        var options = Training.builder().epochs(10).learningRate(0.005).batchSize(32).build();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        var plan = plan("{}");
        balanced =
                new FineTuning(net, net, plan.task(), options, labelsOnly, 1)
                        .run(images("train"), preprocessor(net), TrainingListener.NONE)
                        .graph();
    }

    private static FlatGraph net() {
        var net = new NetBuilder(4, -1, 8, 8, 1);
        var stem = net.unary("Relu6", "stem/relu6", net.convBias("stem", "x", 3, 1, CHANNELS, 1));
        var deep = net.bias("deep/bias", net.depthwise("deep", stem, 3, CHANNELS), CHANNELS);
        var wide =
                net.convBias(
                        "wide", net.unary("Relu6", "deep/relu6", deep), 1, CHANNELS, CHANNELS, 1);
        var pooled =
                net.pool("MaxPool", "pool", net.unary("Relu6", "wide/relu6", wide), 4, 4, "VALID");
        var dense = net.dense("dense", net.flatten("flat", pooled, 4 * CHANNELS), 4 * CHANNELS, 4);
        return net.build(net.unary("Softmax", "out", dense));
    }

    @Test
    void anUnbalancedNetRecoversByTraining() throws IOException {
        // Given
        var float32 = unbalanced();

        // When
        var plain = quantize(float32, "{}");
        var trained =
                quantize(float32, "{training: {epochs: 40, batchSize: 32, learningRate: 0.004}}");

        // Then
        double before = accuracy(float32);
        assertThat(accuracy(read(plain))).isLessThan(before - 0.2);
        assertThat(accuracy(read(trained))).isGreaterThan(before - 0.01);
        assertThat(plain.notes()).startsWith("4 of 4 layers in int8");
        assertThat(trained.notes())
                .hasSize(plain.notes().size() + 1)
                .last()
                .asString()
                .matches("quantization-aware training: epoch \\d+ of 40 is kept");
        assertThat(trained.notes()).startsWith(plain.notes().get(0));
    }

    @Test
    void theKernelsComputeWhatWasTrained() throws IOException {
        // Given
        var trained = read(quantize(unbalanced(), "{training: {epochs: 2}}"));

        // When
        var int8 = TensorFlowExport.of(trained, Precision.INT8).graph();

        // Then: learned limits and weights are those of the kernels
        var images = preprocessor(trained).batch(images("test"), new int[] {0, 1, 2, 3, 4, 5, 6});
        assertThat(QuantizedGraph.of(int8).isQuantized()).isFalse();
        assertThat(Int8Fixture.relativeError(trained, int8, images)).isLessThan(0.02);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {scheme: weight-only, weights: {bits: 4}, training: {epochs: 3, validation: 0}} | 4  | 0
                    {int16: ['*'], training: {epochs: 3, validation: 0}}                             | 8  | 16
                    """)
    void otherNumbersOfBitsAreTrained(String options, int weights, int activations)
            throws IOException {
        // When
        var trained = quantize(balanced, options);

        // Then
        assertThat(trained.notes())
                .last()
                .isEqualTo("quantization-aware training: epoch 3 of 3 is kept");
        var quantizations = QuantizedGraph.of(read(trained)).quantizations();
        assertThat(quantizations.get(TensorRef.of("wide/kernel")).bits()).isEqualTo(weights);
        var relu = Optional.ofNullable(quantizations.get(TensorRef.of("stem/relu6")));
        assertThat(relu.map(Quantization::bits).orElse(0)).isEqualTo(activations);
        assertThat(accuracy(read(trained))).isGreaterThan(accuracy(balanced) - 0.02);
    }

    @Test
    void zerosOfAPrunedModelStayZero() throws IOException {
        // Given
        var kernel = FloatTensor.of(balanced.node("wide/kernel"));
        var sparse = kernel.map(weight -> Math.abs(weight) < 0.2 ? 0 : weight);
        var pruned = balanced.edit().put(sparse.toConst("wide/kernel")).build();

        // When
        var trained = read(quantize(pruned, "{training: {epochs: 2, learningRate: 0.01}}"));

        // Then
        var weights = FloatTensor.of(trained.node("wide/kernel")).values();
        int zeros = 0;
        int others = 0;
        for (int i = 0; i < weights.length; i++) {
            if (sparse.values()[i] == 0) {
                zeros++;
                assertThat(weights[i]).isZero();
            }
            others += weights[i] == 0 ? 0 : 1;
        }
        assertThat(zeros).isGreaterThan(weights.length / 4);
        assertThat(others).isPositive();
    }

    @Test
    void anInterruptedTrainingIsResumed() throws IOException {
        // Given
        var options = "{training: {epochs: 2}}";
        var checkpoints = Files.createTempDirectory(folder, "checkpoints");
        ProgressListener killer =
                (share, message) -> {
                    if (message.contains("epoch 2/2")) {
                        throw new IllegalStateException("killed");
                    }
                };
        assertThatThrownBy(() -> quantize(balanced, options, checkpoints, 0, killer))
                .hasMessage("killed");

        // When
        var messages = new ArrayList<String>();
        var resumed =
                quantize(
                        balanced,
                        options,
                        checkpoints,
                        30,
                        (share, message) -> messages.add(message));

        // Then
        assertThat(messages).anyMatch(message -> message.startsWith("resumed at step"));
        assertThat(resumed.notes()).isEqualTo(quantize(balanced, options).notes());
    }

    @Test
    void theSensitivityIsThatOfTheModelBeforeTraining() throws IOException {
        // When
        var plain = quantize(unbalanced(), "{sensitivity: {samples: 16}}");
        var trained =
                quantize(
                        unbalanced(),
                        "{training: {epochs: 2, validation: 0}, sensitivity: {samples: 16}}");

        // Then: weights alone and activations alone are compared with the same float model
        assertThat(sensitivity(trained)).isEqualTo(sensitivity(plain));
        assertThat(read(trained).toGraphDef()).isNotEqualTo(read(plain).toGraphDef());
    }

    private static LayerSensitivity sensitivity(ModelMade made) {
        return made.findings().stream()
                .filter(LayerSensitivity.class::isInstance)
                .map(LayerSensitivity.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutEpochsTheModelIsThatOfPlainQuantization() throws IOException {
        // When
        var plain = quantize(balanced, "{}");
        var untrained = quantize(balanced, "{training: {epochs: 0}}");

        // Then
        assertThat(untrained.notes()).last().isEqualTo("not trained: training.epochs is 0");
        assertThat(read(untrained).toGraphDef()).isEqualTo(read(plain).toGraphDef());
    }

    /**
     * The same function, in which most channels of the first layer have a small share of the range
     * of the others, which the next layer makes up for.
     */
    private static FlatGraph unbalanced() {
        var editor = balanced.edit();
        for (var name : List.of("stem/kernel", "stem/bias/values", "deep/kernel")) {
            var values = FloatTensor.of(balanced.node(name));
            var scaled = values.values().clone();
            for (int i = 0; i < scaled.length; i++) {
                boolean isSmall = i % CHANNELS % 4 != 0;
                double factor = isSmall ? SMALL : 1;
                scaled[i] *= (float) (name.startsWith("stem") ? factor : 1 / factor);
            }
            editor.put(new FloatTensor(scaled, values.shape()).toConst(name));
        }
        return editor.build();
    }

    private static ModelMade quantize(FlatGraph model, String options) throws IOException {
        return quantize(
                model,
                options,
                Files.createTempDirectory(folder, "checkpoints"),
                30,
                ProgressListener.NONE);
    }

    private static ModelMade quantize(
            FlatGraph model,
            String options,
            Path checkpoints,
            double secondsBetweenCheckpoints,
            ProgressListener progress)
            throws IOException {
        var original = Files.createTempDirectory(folder, "original");
        SavedModelWriter.write(model, original);
        var task =
                new StageTask(
                        "run",
                        plan(options),
                        0,
                        List.of(new StageTask.LocalModel("original", original, "0", 0, List.of())),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        checkpoints,
                        secondsBetweenCheckpoints,
                        null);
        return (ModelMade) new QuantizeStage().run(task, progress);
    }

    private static Plan plan(String options) {
        return PlanReader.read(
                """
                name: quadrants
                model: original
                data:
                  train: {images: train-images, labels: train-labels}
                  test: {images: test-images, labels: test-labels}
                input: {channels: grey, scale: 0.00392156862745098}
                steps: [{quantize: %s}]
                seed: 3
                """
                        .formatted(options));
    }

    private static FlatGraph read(ModelMade made) {
        return SavedModelReader.read(made.savedModel());
    }

    private static ImageSet images(String part) {
        var plan = plan("{}");
        var source = part.equals("train") ? plan.data().train() : plan.data().test();
        return ImageSources.open(source, folder);
    }

    private static Preprocessor preprocessor(FlatGraph graph) {
        return Preprocessor.of(plan("{}").input(), graph.signature().inputs().get(0));
    }

    private static double accuracy(FlatGraph graph) {
        var test = images("test");
        int right = 0;
        try (var session = GraphSession.open(graph);
                var batches = new Batches(test, preprocessor(graph), 100).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var scores = session.run(batch.images()).get(0).values();
                for (int i = 0; i < batch.size(); i++) {
                    int best = 0;
                    for (int c = 1; c < 4; c++) {
                        best = scores[i * 4 + c] > scores[i * 4 + best] ? c : best;
                    }
                    right += best == test.labels().orElseThrow()[batch.indices()[i]] ? 1 : 0;
                }
            }
        }
        return (double) right / test.size();
    }
}
