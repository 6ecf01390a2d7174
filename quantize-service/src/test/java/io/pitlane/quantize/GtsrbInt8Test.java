package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.CalibrationRanges;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.QuantizationBudget;
import io.pitlane.contract.quantization.Sensitivity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stage on a model trained by Keras, evaluated on test images. */
class GtsrbInt8Test {
    private static final Path SHARED = Path.of(System.getProperty("pitlane.shared", "../shared"));
    private static final Path MODEL = SHARED.resolve("models/keras-gtsrb");
    private static final Path DATA = SHARED.resolve("data/gtsrb");
    private static final InputSpec INPUT = InputSpec.builder().resize(List.of(30, 30)).build();

    @TempDir Path folder;

    @BeforeEach
    void needsTheModel() {
        assumeTrue(Files.isDirectory(MODEL), "there is no " + MODEL);
    }

    @ParameterizedTest
    @EnumSource(Calibration.Method.class)
    void int8LosesAtMostHalfAPoint(Calibration.Method method) throws IOException {
        // Given
        var float32 = SavedModelReader.read(MODEL);
        SavedModelWriter.write(float32, folder.resolve("float"));
        var task =
                task(
                        QuantizeStep.builder()
                                .calibration(new Calibration(method, null, 256))
                                .build());

        // When
        var outcome = new QuantizeStage().run(task, ProgressListener.NONE);

        // Then
        var made = (StageOutcome.ModelMade) outcome;
        assertThat(made.notes())
                .containsExactly(
                        "6 of 6 layers in int8",
                        "TFLite computes 1 of them in float: sequential_2/dense_1/MatMul",
                        "bias correction left out: with it, the outputs are no closer to float");
        var ranges = (CalibrationRanges) made.findings().get(0);
        assertThat(ranges.tensors().get(1).method()).isEqualTo(method);
        assertThat(ranges.tensors().get(0).tensor()).isEqualTo("serving_default_conv2d_4_input");
        assertThat(ranges.tensors().get(0).min()).isBetween(0f, 10f);
        assertThat(ranges.tensors().get(0).max()).isBetween(250f, 255f);
        var quantized = SavedModelReader.read(made.savedModel());
        var int8 = TensorFlowExport.of(quantized, Precision.INT8);
        assertThat(accuracy(quantized)).isGreaterThan(accuracy(float32) - 0.005);
        assertThat(accuracy(int8.graph())).isGreaterThan(accuracy(float32) - 0.005);
        assertThat(quantized.signature().key()).isEqualTo(float32.signature().key());
        int8.write(folder.resolve("int8"), new ExportMetadata("1", Map.of()));
        assertThat(size(folder.resolve("int8")) * 3.5).isLessThan(size(folder.resolve("float")));
    }

    @Test
    void theSensitivityOfEveryLayerIsAFinding() throws IOException {
        // Given
        var calibration = new Calibration(null, null, 64);
        var task =
                task(
                        QuantizeStep.builder()
                                .calibration(calibration)
                                .sensitivity(new Sensitivity(40))
                                .build());

        // When
        var made = (StageOutcome.ModelMade) new QuantizeStage().run(task, ProgressListener.NONE);

        // Then
        var sensitivity = (LayerSensitivity) made.findings().get(1);
        assertThat(sensitivity.samples()).isEqualTo(40);
        assertThat(sensitivity.metric()).isEqualTo("accuracy");
        assertThat(sensitivity.layers()).hasSize(6);
        assertThat(sensitivity.layers())
                .allSatisfy(
                        layer -> {
                            assertThat(layer.macs()).isPositive();
                            assertThat(layer.alone().sqnr())
                                    .isGreaterThan(sensitivity.quantized().sqnr());
                            assertThat(layer.without().divergence()).isNotNegative();
                            assertThat(layer.advice()).isNotBlank();
                        });
    }

    @Test
    void theLadderKeepsTheAccuracyOnTheValidationSplit() throws IOException {
        // Given
        var task =
                task(
                        QuantizeStep.builder()
                                .calibration(new Calibration(null, null, 64))
                                .maxAccuracyDrop(0.01)
                                .build());

        // When
        var made = (StageOutcome.ModelMade) new QuantizeStage().run(task, ProgressListener.NONE);

        // Then
        var ladder = (QuantizationLadder) made.findings().get(1);
        assertThat(ladder.held()).isTrue();
        assertThat(ladder.floats()).isGreaterThan(0.9);
        assertThat(made.notes()).last().asString().startsWith("kept by the rung 'plain'");
        var quantized = SavedModelReader.read(made.savedModel());
        assertThat(accuracy(quantized))
                .isGreaterThan(accuracy(SavedModelReader.read(MODEL)) - 0.01);
    }

    @Test
    void aBudgetLeavesTheMostSensitiveLayersFloat() throws IOException {
        // Given
        var task =
                task(
                        QuantizeStep.builder()
                                .calibration(new Calibration(null, null, 16))
                                .sensitivity(new Sensitivity(16))
                                .budget(new QuantizationBudget(0.9, null, null, null))
                                .build());

        // When
        var made = (StageOutcome.ModelMade) new QuantizeStage().run(task, ProgressListener.NONE);

        // Then
        var layers = ((LayerSensitivity) made.findings().get(1)).layers();
        long all = layers.stream().mapToLong(LayerSensitivity.Layer::macs).sum();
        long inFloat =
                layers.stream()
                        .filter(layer -> made.notes().contains(leftFloat(layer.name())))
                        .mapToLong(LayerSensitivity.Layer::macs)
                        .sum();
        assertThat(inFloat).isPositive().isLessThanOrEqualTo(all / 10);
    }

    private static String leftFloat(String layer) {
        return "left float: " + layer + ": the plan leaves it float";
    }

    private StageTask task(QuantizeStep step) {
        var plan =
                Plan.builder()
                        .name("signs")
                        .model(MODEL.toString())
                        .data(new DataSpec(images("train"), images("test")))
                        .input(INPUT)
                        .steps(List.of(step))
                        .seed(3L)
                        .build();
        var original = new LocalModel("original", MODEL, "sha256:0", 0, List.of());
        return new StageTask(
                "run",
                plan,
                0,
                List.of(original),
                DATA,
                "sha256:0",
                List.of(),
                folder,
                folder,
                30,
                null);
    }

    private static DataSource images(String part) {
        return new DataSource.Idx(part + "-images-idx4-ubyte.gz", part + "-labels-idx1-ubyte.gz");
    }

    private static double accuracy(FlatGraph graph) {
        var all = ImageSources.open(images("test"), DATA);
        var test = all.subset(IntStream.range(0, 2000).map(i -> i * 6).toArray());
        var labels = test.labels().orElseThrow();
        var input = Preprocessor.of(INPUT, graph.signature().inputs().get(0));
        int right = 0;
        try (var session = GraphSession.open(graph);
                var batches = new Batches(test, input, 100).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var scores = session.run(batch.images()).get(0);
                for (int i = 0; i < batch.size(); i++) {
                    right += best(scores.values(), i * 43) == labels[batch.indices()[i]] ? 1 : 0;
                }
            }
        }
        return right / 2000.0;
    }

    private static int best(float[] scores, int from) {
        return IntStream.range(0, 43)
                .reduce(0, (a, b) -> scores[from + a] >= scores[from + b] ? a : b);
    }

    private static long size(Path savedModel) throws IOException {
        return Files.size(savedModel.resolve("saved_model.pb"));
    }
}
