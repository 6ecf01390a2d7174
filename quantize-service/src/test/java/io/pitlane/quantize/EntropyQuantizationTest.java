package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.quantization.QuantizedGraph;
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
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntropyQuantizationTest {
    private static final String SHORT = "training: {epochs: 4, batchSize: 32}";

    @TempDir static Path folder;

    private static FlatGraph original;

    @BeforeAll
    static void trainAFloatModel() throws IOException {
        QuadrantImages.write(folder, "train", 800, 1);
        QuadrantImages.write(folder, "test", 800, 2);
        var net = net();
        var options = Training.builder().epochs(5).learningRate(0.005).batchSize(32).build();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        var plan = plan("{}");
        original =
                new FineTuning(net, net, plan.task(), options, labelsOnly, 1)
                        .run(
                                images("train"),
                                Preprocessor.of(plan.input(), net.signature().inputs().get(0)),
                                TrainingListener.NONE)
                        .graph();
    }

    private static FlatGraph net() {
        var net = new NetBuilder(4, -1, 8, 8, 1);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 1, 24, 1));
        var wide = net.unary("Relu", "wide/relu", net.convBias("wide", stem, 3, 24, 32, 2));
        var pooled = net.pool("MaxPool", "pool", wide, 2, 2, "VALID");
        var dense = net.dense("dense", net.flatten("flat", pooled, 128), 128, 4);
        return net.build(net.unary("Softmax", "out", dense));
    }

    @Test
    void theModelIsSmallAccurateAndComesOutOfItsFileBitForBit() throws IOException {
        // When
        var made = quantize("{scheme: entropy, rate: {lambda: 0.0001}, %s}".formatted(SHORT));

        // Then
        var graph = read(made);
        var packed = PackedModelWriter.pack(graph);
        assertThat(packed.length).isLessThan(PackedModelWriter.pack(original).length / 8);
        var file = folder.resolve("model.pitlane");
        PackedModelWriter.write(packed, file);
        assertThat(PackedModelReader.read(file, PackedModelReader.MOST_BYTES).toGraphDef())
                .isEqualTo(graph.toGraphDef());
        assertThat(accuracy(graph)).isCloseTo(accuracy(original), within(0.02));
        assertThat(made.notes())
                .anyMatch(note -> note.endsWith("has %d bytes".formatted(packed.length)));
    }

    @Test
    void everyKernelIsAMultipleOfOneStepAndDeadChannelsAreGone() throws IOException {
        // When
        var graph = read(quantize("{scheme: entropy, rate: {lambda: 0.001}, " + SHORT + "}"));

        // Then
        var parts = QuantizedGraph.of(graph);
        for (var kernel : List.of("stem/kernel", "wide/kernel", "dense/kernel")) {
            var values = FloatTensor.of(parts.floats().node(kernel));
            var quantization = parts.of(TensorRef.of(kernel)).orElseThrow();
            assertThat(quantization.isPerChannel()).isFalse();
            assertThat(quantization.rounded(values)).isEqualTo(values);
        }
        assertThat(Footprint.of(graph).parameters())
                .isLessThan(Footprint.of(original).parameters());
    }

    @Test
    void int8ActivationsLeaveTheIntegersOfTheWeights() throws IOException {
        // Given
        var trained =
                read(quantize("{scheme: entropy, rate: {lambda: 0.0001}, %s}".formatted(SHORT)));

        // When
        var made = quantize(trained, "{scheme: int8, calibration: {samples: 64}}");

        // Then
        assertThat(made.notes()).contains("3 layers keep the integers that they have");
        var before = QuantizedGraph.of(trained);
        var after = QuantizedGraph.of(read(made));
        for (var name : List.of("stem/kernel", "wide/kernel", "dense/kernel")) {
            var kernel = TensorRef.of(name);
            assertThat(after.of(kernel)).isPresent().isEqualTo(before.of(kernel));
            assertThat(FloatTensor.of(after.floats().node(name)))
                    .isEqualTo(FloatTensor.of(before.floats().node(name)));
        }
        assertThat(TensorFlowExport.int8Layers(read(made))).hasSize(3);
        var integers = TensorFlowExport.of(read(made), Precision.INT8).graph();
        assertThat(accuracy(integers)).isCloseTo(accuracy(trained), within(0.02));
    }

    @Test
    void theFileOfARetrainedModelCanBeASmallDelta() throws IOException {
        // Given
        var deployed =
                read(quantize("{scheme: entropy, rate: {lambda: 0.0005}, %s}".formatted(SHORT)));

        // When
        var made =
                quantize(
                        deployed,
                        """
                        {scheme: entropy, rate: {lambda: 0.0005, learningRate: 0.01},
                        training: {epochs: 1, batchSize: 32}}
                        """);

        // Then
        var retrained = read(made);
        assertThat(made.notes())
                .contains("every channel stays, because the model was quantized before");
        assertThat(retrained).isNotEqualTo(deployed);
        assertThat(PackedModelWriter.packDelta(retrained, deployed).length)
                .isLessThan(PackedModelWriter.pack(retrained).length / 3);
    }

    @Test
    void aPatternOfZerosStaysThroughASearch() throws IOException {
        // Given: of four adjacent inputs, two have weights
        var wide = FloatTensor.of(original.node("wide/kernel"));
        var values = wide.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 32 % 4 < 2 ? values[i] : 0;
        }
        var sparse = original.edit();
        sparse.put(new FloatTensor(values, wide.shape()).toConst("wide/kernel"));

        // When
        var made =
                quantize(
                        sparse.build(),
                        "{scheme: entropy, maxAccuracyDrop: 0.05, %s}".formatted(SHORT));

        // Then
        var kernel = FloatTensor.of(QuantizedGraph.of(read(made)).floats().node("wide/kernel"));
        assertThat(kernel.shape()).isEqualTo(wide.shape());
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i] == 0 && kernel.values()[i] != 0).isFalse();
        }
        assertThat(made.notes())
                .contains("every channel stays, because an earlier step removed weights");
    }

    @Test
    void theStepsCanBeThoseOfOutputChannels() throws IOException {
        var made =
                quantize(
                        "{scheme: entropy, rate: {lambda: 0.0001, steps: per-channel}, %s}"
                                .formatted(SHORT));

        var quantization = QuantizedGraph.of(read(made)).of(TensorRef.of("wide/kernel"));
        assertThat(quantization.orElseThrow().isPerChannel()).isTrue();
    }

    @Test
    void aLimitOfTheAccuracyChoosesLambda() throws IOException {
        // When
        var made = quantize("{scheme: entropy, maxAccuracyDrop: 0.01, %s}".formatted(SHORT));

        // Then
        var search = (QuantizationLadder) made.findings().get(0);
        assertThat(search.held()).isTrue();
        assertThat(search.rungs()).hasSizeBetween(2, 8).anyMatch(rung -> rung.held());
        assertThat(accuracy(original) - accuracy(read(made))).isLessThan(0.03);
    }

    @Test
    void aNumberOfBytesChoosesLambda() throws IOException {
        // Given
        int plain = size(quantize("{scheme: entropy, rate: {lambda: 0}, %s}".formatted(SHORT)));
        int wanted = plain * 2 / 3;

        // When
        var made =
                quantize("{scheme: entropy, budget: {sizeBytes: %d}, %s}".formatted(wanted, SHORT));

        // Then
        assertThat(size(made)).isLessThanOrEqualTo(wanted).isGreaterThan(wanted / 2);
        assertThat(made.notes()).anyMatch(note -> note.contains("budget.sizeBytes"));
    }

    @Test
    void withoutLabelsTheTeacherIsTheLoss() throws IOException {
        // Given
        var plan = plan("{scheme: entropy, rate: {lambda: 0.0001}, %s}".formatted(SHORT));
        var unlabelled = new DataSource.Idx("train-images", null);

        // When
        var made = quantize(original, plan.withData(new DataSpec(unlabelled, plan.data().test())));

        // Then
        var graph = read(made);
        assertThat(PackedModelWriter.pack(graph).length)
                .isLessThan(PackedModelWriter.pack(original).length / 8);
        assertThat(accuracy(graph)).isCloseTo(accuracy(original), within(0.02));
    }

    private static int size(ModelMade made) {
        return PackedModelWriter.pack(read(made)).length;
    }

    private static FlatGraph read(ModelMade made) {
        return SavedModelReader.read(made.savedModel());
    }

    private static ModelMade quantize(String options) throws IOException {
        return quantize(original, options);
    }

    private static ModelMade quantize(FlatGraph graph, String options) throws IOException {
        return quantize(graph, plan(options));
    }

    private static ModelMade quantize(FlatGraph graph, Plan plan) throws IOException {
        var model = Files.createTempDirectory(folder, "original");
        SavedModelWriter.write(graph, model);
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(new StageTask.LocalModel("original", model, "0", 0, List.of())),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        Files.createTempDirectory(folder, "checkpoints"),
                        30,
                        null);
        return (ModelMade) new QuantizeStage().run(task, ProgressListener.NONE);
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

    private static ImageSet images(String part) {
        var data = plan("{}").data();
        return ImageSources.open(part.equals("train") ? data.train() : data.test(), folder);
    }

    private static double accuracy(FlatGraph graph) throws IOException {
        var model = Files.createTempDirectory(folder, "scored");
        SavedModelWriter.write(graph, model);
        var plan = plan("{}");
        return Evaluator.evaluate(model, plan.task(), images("test"), plan.input())
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
