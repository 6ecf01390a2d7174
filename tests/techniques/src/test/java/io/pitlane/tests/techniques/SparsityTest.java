package io.pitlane.tests.techniques;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.step.StageName;
import io.pitlane.data.QuadrantImages;
import io.pitlane.distill.DistillStage;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.LayerNets;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.prune.PruneStage;
import io.pitlane.quantize.QuantizeStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** What magnitude pruning sets to zero stays zero through every later step, in every layer. */
class SparsityTest {
    private static final Map<StageName, Stage> STAGES =
            Map.of(
                    StageName.PRUNE, new PruneStage(),
                    StageName.DISTILL, new DistillStage(),
                    StageName.QUANTIZE, new QuantizeStage());

    @TempDir static Path folder;

    @BeforeAll
    static void writeImages() throws IOException {
        TensorFlowRuntime.load();
        QuadrantImages.write(folder, "train", 64, 1);
        QuadrantImages.write(folder, "test", 64, 2);
    }

    static Stream<LayerNets.Variant> layers() {
        return LayerNets.variants();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void zerosSurvivePruningDistillingAndQuantizing(LayerNets.Variant layer) throws IOException {
        // Given
        var original = Files.createTempDirectory(folder, "original");
        SavedModelWriter.write(layer.net(), original);

        // When
        var models =
                run(
                        original,
                        plan(
                                List.of(
                                        "prune: {method: magnitude, ratio: 0.5, scope: layerwise,"
                                                + " fineTune: {epochs: 1}}",
                                        "distill: {training: {epochs: 2, learningRate: 0.01}}",
                                        "quantize: {calibration: {samples: 16}}")));

        // Then
        var pruned = kernel(models.get(0));
        var distilled = kernel(models.get(1));
        assertThat(zeros(pruned.values())).hasSize(pruned.values().length / 2);
        assertThat(zeros(distilled.values())).isEqualTo(zeros(pruned.values()));
        assertThat(distilled.equals(pruned)).isNotEqualTo(layer.operation().isTrainable());
        assertThat(zeros(quantizedKernel(models.get(2), pruned.shape())))
                .containsAll(zeros(pruned.values()));

        var quantized = QuantizedGraph.of(read(models.get(2)));
        boolean isQuantized = quantized.of(TensorRef.of(LayerNets.KERNEL)).isPresent();
        assertThat(isQuantized).isEqualTo(layer.operation().hasInt8Kernel() && layer.slot() == 1);
        assertThat(isNamed(models.get(2))).isNotEqualTo(isQuantized);

        boolean inInt8 = int8(models.get(2)).find(LayerNets.KERNEL).isEmpty();
        assertThat(inInt8).isEqualTo(isQuantized && hasFastTensorFlowKernel(layer.operation()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "distill: {training: {epochs: 1, learningRate: 0.01}}",
                "distill: {student: {width: 0.75}, training: {epochs: 1, learningRate: 0.01}}",
                "prune: {ratio: 0.25, fineTune: {epochs: 1, learningRate: 0.01}}",
                "prune: {method: magnitude, ratio: 0.25, schedule: {}, regrowth: {every: 1},"
                        + " fineTune: {epochs: 4, learningRate: 0.01}}",
                "quantize: {calibration: {samples: 16}, training: {epochs: 1, learningRate: 0.01}}",
                "quantize: {calibration: {samples: 16},"
                        + " corrections: {equalization: true, adaRound: {}}}",
                "quantize: {scheme: weight-only}",
                "quantize: {scheme: power-of-two}",
                "quantize: {scheme: piecewise-linear}",
                "quantize: {scheme: weight-sharing}",
                "quantize: {scheme: bfloat16}",
                "quantize: {scheme: entropy, rate: {lambda: 0}, training: {epochs: 1}}"
            })
    void thePatternHoldsThrough(String step) throws IOException {
        // Given
        var original = Files.createTempDirectory(folder, "original");
        SavedModelWriter.write(twoConvolutions(), original);
        var pattern = "prune: {method: magnitude, pattern: '2:4', fineTune: {epochs: 1}}";

        // When
        var models = run(original, plan(List.of(pattern, step)));

        // Then of each 4 inputs of [3, 3, inputs, outputs], 2 at most are left
        var before = kernelOf("c2", read(models.get(0)));
        var after = kernelOf("c2", read(models.get(1)));
        assertThat(zeros(before.values())).hasSize(before.values().length / 2);
        if (after.values().length == before.values().length) {
            assertThat(zeros(after.values())).containsAll(zeros(before.values()));
        }
        assertThat(zeros(after.values()).size()).isGreaterThan(after.values().length / 3);
    }

    /** The kernel as the layer reads it. */
    private static FloatTensor kernelOf(String layer, FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            var image = new FloatTensor(new float[64], 1, 8, 8, 1);
            return session.run(image, TensorRef.parse(graph.node(layer).getInput(1)));
        }
    }

    private static FlatGraph twoConvolutions() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 16), 16));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 16, 16), 16));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 64);
        var logits = net.bias("b3", net.dense("d", flat, 64, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    /** The depthwise layer has a multiplier of 2, for which the float kernel is faster. */
    private static boolean hasFastTensorFlowKernel(Operation operation) {
        return !operation.isDepthwise()
                && !operation.isTransposedConvolution()
                && !operation.name().equals("Conv3D");
    }

    private static boolean isNamed(ModelMade quantized) {
        return quantized.notes().stream()
                .anyMatch(note -> note.startsWith("left float: " + LayerNets.LAYER + ":"));
    }

    /** What each step makes of the model before. */
    private static List<ModelMade> run(Path original, Plan plan) throws IOException {
        var models = new ArrayList<LocalModel>();
        models.add(new LocalModel("original", original, "0", 0, List.of()));
        var made = new ArrayList<ModelMade>();
        for (var step : plan.steps().subList(0, plan.steps().size() - 1)) {
            var stage = STAGES.get(step.stage());
            var task =
                    new StageTask(
                            "run",
                            plan,
                            made.size(),
                            models,
                            folder,
                            "0",
                            List.of(),
                            Files.createTempDirectory(folder, "output"),
                            Files.createTempDirectory(folder, "checkpoints"),
                            30,
                            null);
            var result = (ModelMade) stage.run(task, ProgressListener.NONE);
            made.add(result);
            models.add(
                    new LocalModel(
                            stage.name().label(), result.savedModel(), "0", 0, result.notes()));
        }
        return made;
    }

    private static Plan plan(List<String> steps) {
        return PlanReader.read(
                """
                name: zeros
                model: original
                data:
                  train: {images: train-images, labels: train-labels}
                  test: {images: test-images, labels: test-labels}
                input: {channels: grey, scale: 0.00392156862745098}
                seed: 3
                steps:
                  - %s
                """
                        .formatted(String.join("\n  - ", steps)));
    }

    private static FloatTensor kernel(ModelMade made) {
        return FloatTensor.of(read(made).node(LayerNets.KERNEL));
    }

    private static FlatGraph read(ModelMade made) {
        return SavedModelReader.read(made.savedModel());
    }

    /** The quantized graph with the int8 kernels of TensorFlow. */
    private static FlatGraph int8(ModelMade quantized) {
        var graph = read(quantized);
        return TensorFlowExport.of(graph, ModelExports.precisionOf(ModelFormat.TENSORFLOW, graph))
                .graph();
    }

    /** The kernel's values, as floats or as the bytes of an int8 layer. */
    private static float[] quantizedKernel(ModelMade made, long[] shape) {
        var graph = int8(made);
        return graph.find(LayerNets.KERNEL)
                .map(kernel -> values(graph, kernel))
                .orElseGet(() -> bytes(int8Kernel(graph, shape)));
    }

    /** Float layers multiply the bytes of quantized weights by their scales. */
    private static float[] values(FlatGraph graph, NodeDef kernel) {
        if (FloatTensor.isFloatConst(kernel)) {
            return FloatTensor.of(kernel).values();
        }
        var stored = graph.input(graph.input(kernel, 0), 0);
        return bytes(stored.getAttrOrThrow("value").getTensor());
    }

    private static TensorProto int8Kernel(FlatGraph graph, long[] shape) {
        return graph.nodes().stream()
                .filter(node -> Operations.of(node).kind() == Kind.FUSED_LAYER)
                .map(node -> graph.input(node, Operations.of(node).weightSlots().get(0)))
                .map(constant -> constant.getAttrOrThrow("value").getTensor())
                .filter(tensor -> tensor.getTensorShape().equals(NodeBuilder.shapeProto(shape)))
                .findFirst()
                .orElseThrow();
    }

    private static float[] bytes(TensorProto tensor) {
        var values = new float[tensor.getTensorContent().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.getTensorContent().byteAt(i);
        }
        return values;
    }

    private static List<Integer> zeros(float[] values) {
        return IntStream.range(0, values.length).filter(i -> values[i] == 0).boxed().toList();
    }
}
