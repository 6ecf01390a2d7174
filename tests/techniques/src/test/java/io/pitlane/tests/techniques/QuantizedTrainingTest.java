package io.pitlane.tests.techniques;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.distill.DistillStage;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.quantize.QuantizeStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model is quantized, trained with its quantization, and distilled with it once more. */
class QuantizedTrainingTest {
    private static final int IMAGES = 64;

    @TempDir static Path folder;

    private static List<FlatGraph> models;

    @BeforeAll
    static void run() throws IOException {
        TensorFlowRuntime.load();
        QuadrantImages.write(folder, "train", 400, 1);
        QuadrantImages.write(folder, "test", IMAGES, 2);
        var original = Files.createTempDirectory(folder, "original");
        SavedModelWriter.write(net(), original);
        models =
                run(original, List.of(new DistillStage(), new QuantizeStage(), new DistillStage()));
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 8), 8));
        var c2 = net.relu(net.bias("b2", net.conv("c2", c1, 8, 8), 8));
        var sum = net.pool("p1", net.op("AddV2", "sum", c1, c2));
        var c3 = net.relu(net.bias("b3", net.conv("c3", sum, 8, 8), 8));
        var flat = net.reshape("flat", net.pool("p2", c3), -1, 32);
        var logits = net.bias("b4", net.dense("d", flat, 32, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    private static List<FlatGraph> run(Path original, List<Stage> stages) throws IOException {
        var known =
                new ArrayList<>(List.of(new LocalModel("original", original, "0", 0, List.of())));
        var made = new ArrayList<FlatGraph>();
        for (var stage : stages) {
            var task =
                    new StageTask(
                            "run",
                            plan(),
                            made.size(),
                            known,
                            folder,
                            "0",
                            List.of(),
                            Files.createTempDirectory(folder, "output"),
                            Files.createTempDirectory(folder, "checkpoints"),
                            30,
                            null);
            var result = (ModelMade) stage.run(task, ProgressListener.NONE);
            known.add(
                    new LocalModel(
                            stage.name().label() + made.size(),
                            result.savedModel(),
                            "0",
                            0,
                            result.notes()));
            made.add(SavedModelReader.read(result.savedModel()));
        }
        return made;
    }

    private static Plan plan() {
        return PlanReader.read(
                """
                name: quadrants
                model: original
                data:
                  train: {images: train-images, labels: train-labels}
                  test: {images: test-images, labels: test-labels}
                input: {channels: grey, scale: 0.00392156862745098}
                steps:
                  - distill: {training: {epochs: 2, learningRate: 0.01}}
                  - quantize: {training: {epochs: 2, learningRate: 0.01, validation: 0}}
                  - distill: {training: {epochs: 2, learningRate: 0.01, validation: 0}}
                seed: 3
                """);
    }

    @Test
    void distillationTrainsWeightsAndStepsOfAQuantizedModel() {
        // When
        var quantized = QuantizedGraph.of(models.get(1));
        var distilled = QuantizedGraph.of(models.get(2));

        // Then
        assertThat(distilled.quantizations().keySet())
                .isEqualTo(quantized.quantizations().keySet());
        int changed = 0;
        for (var tensor : quantized.quantizations().keySet()) {
            var before = quantized.of(tensor).orElseThrow();
            var after = distilled.of(tensor).orElseThrow();
            assertThat(after.zeroPoint()).isEqualTo(before.zeroPoint());
            assertThat(after.bits()).isEqualTo(before.bits());
            changed += after.equals(before) ? 0 : 1;
            requireOnGrid(tensor, after);
        }
        assertThat(changed).isEqualTo(quantized.quantizations().size() - 1);
        assertThat(distilled.of(TensorRef.of("x"))).isEqualTo(quantized.of(TensorRef.of("x")));
    }

    private static void requireOnGrid(TensorRef tensor, Quantization quantization) {
        var node = models.get(2).node(tensor.node());
        if (FloatTensor.isFloatConst(node)) {
            var weights = FloatTensor.of(node).values();
            int channels = quantization.limits().length;
            for (int i = 0; i < weights.length; i++) {
                int integer = quantization.quantize(weights[i], i % channels);
                assertThat(weights[i]).isEqualTo(quantization.dequantize(integer, i % channels));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void everyEngineComputesWhatWasTrained(Engine engine) throws IOException {
        // Given
        var trained = models.get(2);
        var images = ImageSources.open(plan().data().test(), folder);
        var all = new int[images.size()];
        Arrays.setAll(all, i -> i);
        var path = Files.createTempDirectory(folder, "export").resolve("model");
        var format =
                switch (engine) {
                    case TENSORFLOW -> ModelFormat.TENSORFLOW;
                    case ONNXRUNTIME -> ModelFormat.ONNX;
                    case TFLITE -> ModelFormat.TFLITE;
                };

        // When
        ModelExports.of(format, trained, Precision.INT8).write(path, ExportMetadata.of(Map.of()));
        float[] expected;
        float[] actual;
        var options = LoadOptions.of(null, plan().input());
        try (var reference = GraphSession.open(trained, plan().input());
                var model = InferenceEngine.of(engine).load(path, options)) {
            var port = trained.signature().inputs().get(0);
            var batch = Preprocessor.of(plan().input(), port).batch(images, all);
            expected = reference.predict(batch).byName().values().iterator().next().values();
            actual = model.predict(batch).byName().values().iterator().next().values();
        }

        // Then
        assertThat(actual).hasSameSizeAs(expected);
        double error = 0;
        double size = 0;
        for (int i = 0; i < actual.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        assertThat(Math.sqrt(error / size)).isLessThan(0.02);
    }
}
