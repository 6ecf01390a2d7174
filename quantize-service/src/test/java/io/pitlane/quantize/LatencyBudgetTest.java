package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.quantization.QuantizationBudget;
import io.pitlane.data.QuadrantImages;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LatencyBudgetTest {
    private static final Map<String, Double> COSTS =
            Map.of("conv1", 0.2, "conv2", 0.5, "conv3", 0.4);

    private final FlatGraph floats = UnbalancedNet.graph();
    private final FloatTensor batch = UnbalancedNet.batch(floats, UnbalancedNet.images(8));
    private final FlatGraph quantized =
            new PostTrainingInt8(Int8Fixture.PLAIN).quantize(floats, List.of(batch)).graph();
    @TempDir private Path folder;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void theNoisiestLayersWhoseTimeFitsStayFloat() {
        // conv2 has the most noise, then conv3, conv1; all in int8 take 1 ms
        assertThat(choice(1.0, 1).layers()).isEmpty();
        assertThat(choice(1.45, 1).layers()).containsExactly("conv3");
        assertThat(choice(1.55, 1).layers()).containsExactly("conv2");
        assertThat(choice(1.95, 1).layers()).containsExactly("conv2", "conv3");
        assertThat(choice(1.95, 1).predicted()).isCloseTo(1.9, within(1e-9));
    }

    @Test
    void lessIsSpentWhereLayersTogetherTakeLongerThanEachOfThemAlone() {
        // When: two layers cost 1.3 times as much together
        var choice = choice(1.95, 1.3);

        // Then: conv2 and conv3 would take 2.17 ms
        assertThat(choice.layers()).containsExactly("conv1", "conv2");
    }

    @Test
    void aBudgetBelowThatOfInt8IsRefused() {
        assertThatThrownBy(() -> choice(0.9, 1))
                .hasMessageContaining("quantize.budget.latencyMillis is 0.9")
                .hasMessageContaining("a call takes 1.000 ms on TFLite");
    }

    private LatencyBudget.Choice choice(double millis, double together) {
        var budget = new QuantizationBudget(null, null, millis, Engine.TFLITE);
        return new LatencyBudget(budget, graphs -> simulated(graphs, together))
                .choose(quantized, sensitivity(), ProgressListener.NONE);
    }

    private double[] simulated(List<FlatGraph> graphs, double together) {
        return graphs.stream()
                .mapToDouble(
                        graph -> {
                            var inFloat =
                                    COSTS.keySet().stream()
                                            .filter(layer -> isFloat(graph, layer))
                                            .toList();
                            double cost = inFloat.stream().mapToDouble(COSTS::get).sum();
                            return 1 + cost * (inFloat.size() > 1 ? together : 1);
                        })
                .toArray();
    }

    private static boolean isFloat(FlatGraph graph, String layer) {
        return FloatTensor.isFloatConst(graph.input(graph.node(layer), 1));
    }

    private static LayerSensitivity sensitivity() {
        var layers =
                List.of(
                        MixedPrecisionTest.layer("conv1", 1, 1, 30.0),
                        MixedPrecisionTest.layer("conv2", 1, 1, 10.0),
                        MixedPrecisionTest.layer("conv3", 1, 1, 20.0));
        return new LayerSensitivity(1, null, null, MixedPrecisionTest.error(5.0), layers);
    }

    @ParameterizedTest
    @EnumSource
    void aLayerWithoutQuantizedWeightsRunsInFloat(ModelFormat format) {
        // Given
        var net = new NetBuilder(31, -1, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var last = net.unary("Relu", "last/relu", net.convBias("last", stem, 3, 16, 8, 2));
        var graph = net.build(net.dense("dense", net.globalMean("mean", last, false), 8, 5));
        var images = Int8Fixture.unsigned(2, 16, 16, 3).map(pixel -> pixel / 255);
        var int8 = new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(images)).graph();

        // When
        var mixed = LatencyBudget.withFloat(int8, List.of("last"));

        // Then
        assertThat(ModelExports.precisionOf(format, mixed)).isEqualTo(Precision.INT8);
        var expected = Int8Fixture.output(mixed, images);
        var actual = EngineFixture.output(format, mixed, images, folder);
        assertThat(EngineFixture.relativeError(expected, actual)).isLessThan(0.02);
        assertThat(EngineFixture.size(format, mixed, folder))
                .isGreaterThan(EngineFixture.size(format, int8, folder) + 2 * 3 * 3 * 16 * 8);
    }

    @ParameterizedTest
    @EnumSource
    void callsOfEveryGraphAreTimed(Engine engine) {
        // Given
        var timer = new EngineTimer(engine, LoadOptions.DEFAULT.withThreads(1), batch, folder);

        // When
        var millis = timer.millis(List.of(quantized, floats));

        // Then
        assertThat(millis).hasSize(2);
        assertThat(Math.min(millis[0], millis[1])).isPositive();
    }

    @Test
    void aStepLeavesEveryLayerFloatThatHasNoise() throws IOException {
        // Given more time than any choice takes
        QuadrantImages.write(folder, "train", 40, 1);
        SavedModelWriter.write(net(), folder.resolve("original"));
        var plan =
                PlanReader.read(
                        """
                        name: latency
                        model: original
                        data:
                          train: {images: train-images, labels: train-labels}
                          test: {images: train-images, labels: train-labels}
                        input: {channels: grey, scale: 0.00392156862745098}
                        steps:
                          - quantize: {budget: {latencyMillis: 10000, engine: onnxruntime}}
                        """);
        var original = new LocalModel("original", folder.resolve("original"), "0", 0, List.of());
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(original),
                        folder,
                        "0",
                        List.of(),
                        Files.createDirectories(folder.resolve("output")),
                        Files.createDirectories(folder.resolve("checkpoints")),
                        30,
                        null);

        // When
        var made = (ModelMade) new QuantizeStage().run(task, ProgressListener.NONE);

        // Then
        assertThat(made.notes())
                .last()
                .asString()
                .startsWith("latency budget of 10000.0 ms on ONNX Runtime: ")
                .containsPattern(
                        "[0-9.]+ ms measured for one image on one thread, [0-9.]+ predicted")
                .endsWith("float to lose less: c1, d");
        var model = SavedModelReader.read(made.savedModel());
        assertThat(isFloat(model, "c1")).isTrue();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 8), 8));
        var flat = net.reshape("flat", net.pool("p1", c1), -1, 128);
        var logits = net.bias("b3", net.dense("d", flat, 128, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }
}
