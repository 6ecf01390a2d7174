package io.pitlane.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.ExportComparison;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.ModelT;
import org.tensorflow.lite.schema.TensorMapT;
import org.tensorflow.lite.schema.TensorT;

/** Whole models in TensorFlow Lite against TensorFlow. */
class ModelExportTest {
    private static final Path SHARED = Path.of(System.getProperty("pitlane.shared", "../shared"));
    private static final int ANY_SIDE = 20;
    private static final int ALIGNMENT = 16;

    /** Operations of the real models that stand in the way. */
    private static final Map<String, List<String>> REFUSED =
            Map.of(
                    "module-mixture", List.of("Roll"),
                    "module-suppression",
                            List.of("NonMaxSuppressionV3", "CombinedNonMaxSuppression"));

    @TempDir private Path folder;

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream().filter(name -> !name.equals("fixedBatch"));
    }

    static Stream<String> realModels() {
        return RealModels.USABLE.stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aNetworkGivesTheValuesOfTensorFlow(String sample) {
        assertEqual(SampleGraphs.all().get(sample).get(), 1, 3);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void xnnpackTakesAWholeNetwork(String sample) {
        try (var model = TfliteModel.open(bytes(SampleGraphs.all().get(sample).get()))) {
            assertThat(model.operatorsOutsideXnnpack()).isEmpty();
        }
    }

    @Test
    void aModelOfAFixedBatchKeepsIt() {
        var graph = SampleGraphs.fixedBatch();

        assertEqual(graph, 4);
        assertThat(input(graph, "image").getShape()).containsExactly(4, 16, 16, 3);
        assertThat(input(graph, "image").getShapeSignature()).isNullOrEmpty();
    }

    @Test
    void aSqueezeWithoutAxesRemovesThoseOfSizeOneOfAFixedBatch() {
        var net = new TestNet(2, 7, 5, 4);
        var features = net.globalMean("mean", net.conv("conv", "x", 4, 6), true);

        assertEqual(net.graph(net.op("Squeeze", "y", features)), 2);
    }

    @Test
    void aSegmenterOfLargeImagesGivesTheValuesOfTensorFlow() {
        assertEqual(SampleGraphs.unet(256), 1, 3);
    }

    @Test
    void aModelTrainedByKerasGivesTheValuesOfTensorFlow() {
        var model = SHARED.resolve("models/keras-gtsrb");
        assumeTrue(Files.isDirectory(model), "there is no " + model);

        assertEqual(SavedModelReader.read(model), 1, 3);
    }

    @ParameterizedTest
    @MethodSource("realModels")
    void aRealModelGivesTheValuesOfTensorFlowOrIsRefused(String name) throws IOException {
        // Given
        var graph = SavedModelReader.read(RealModels.unpack(name, folder));

        // When
        var obstacles = TfliteExport.of(graph, Precision.FLOAT32).obstacles();

        // Then
        assertThat(obstacles.stream().map(ExportObstacle::op).distinct())
                .as("%s: %s", name, obstacles)
                .containsExactlyInAnyOrderElementsOf(REFUSED.getOrDefault(name, List.of()));
        if (obstacles.isEmpty()) {
            assertEqual(graph, 2, 3);
        }
    }

    @Test
    void inputsAndOutputsKeepTheirNamesAndShapes() {
        // Given
        var graph = SampleGraphs.detector();

        // When
        var model = ModelT.deserializeFromBinary(bytes(graph));

        // Then
        var signature = model.getSignatureDefs()[0];
        assertThat(signature.getSignatureKey()).isEqualTo("serving_default");
        assertThat(signature.getInputs()).extracting("name").containsExactly("image");
        assertThat(signature.getOutputs())
                .extracting("name")
                .containsExactlyInAnyOrder(
                        "fine_boxes", "fine_scores", "coarse_boxes", "coarse_scores");
        assertThat(input(graph, "image").getShape()).containsExactly(1, 16, 16, 3);
        assertThat(input(graph, "image").getShapeSignature()).containsExactly(-1, 16, 16, 3);
        assertThat(output(graph, "fine_boxes").getShapeSignature()).containsExactly(-1, 128, 4);
        assertThat(output(graph, "fine_boxes").getName()).isEqualTo("fine_boxes");
    }

    @Test
    void biasBatchNormAndActivationBelongToTheirLayer() {
        assertThat(operators(SampleGraphs.mobile()))
                .containsOnly(
                        "CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "MEAN", "FULLY_CONNECTED", "SOFTMAX")
                .containsOnlyOnce("ADD");
    }

    @Test
    void constantsAreAlignedForTheKernels() {
        // Given
        var bytes = ByteBuffer.wrap(bytes(SampleGraphs.plain()));
        var model = Model.getRootAsModel(bytes);

        // Then
        assertThat(
                        IntStream.range(1, model.buffersLength())
                                .map(i -> model.buffers(i).dataAsByteBuffer().position()))
                .hasSizeGreaterThan(8)
                .allMatch(position -> position % ALIGNMENT == 0);
    }

    @Test
    void theModelSaysWhereItComesFrom() {
        // Given
        var metadata =
                new ExportMetadata("1.2.3", Map.of(ExportMetadata.MODEL_DIGEST, "the digest"));

        // When
        var bytes = TfliteExport.of(SampleGraphs.plain(), Precision.FLOAT32).toBytes(metadata);

        // Then
        var model = ModelT.deserializeFromBinary(bytes);
        assertThat(model.getDescription()).isEqualTo("pitlane 1.2.3");
        assertThat(model.getMetadata()).hasSize(1);
        var entry = model.getMetadata()[0];
        var value = Model.getRootAsModel(ByteBuffer.wrap(bytes)).buffers((int) entry.getBuffer());
        assertThat(entry.getName()).isEqualTo("pitlane.model.digest");
        assertThat(StandardCharsets.UTF_8.decode(value.dataAsByteBuffer()).toString())
                .isEqualTo("the digest");
    }

    private static void assertEqual(FlatGraph graph, int... batches) {
        try (var model = TfliteModel.open(bytes(graph))) {
            ExportComparison.assertEqual(
                    graph, model::run, ExportComparison.RELATIVE, ANY_SIDE, batches);
        }
    }

    private static byte[] bytes(FlatGraph graph) {
        return TfliteExport.of(graph, Precision.FLOAT32).toBytes(ExportComparison.METADATA);
    }

    private static List<String> operators(FlatGraph graph) {
        var model = ModelT.deserializeFromBinary(bytes(graph));
        var codes = model.getOperatorCodes();
        return Arrays.stream(model.getSubgraphs()[0].getOperators())
                .map(operator -> codes[(int) operator.getOpcodeIndex()].getBuiltinCode())
                .map(BuiltinOperator::name)
                .toList();
    }

    private static TensorT input(FlatGraph graph, String port) {
        var model = ModelT.deserializeFromBinary(bytes(graph));
        return tensor(model, model.getSignatureDefs()[0].getInputs(), port);
    }

    private static TensorT output(FlatGraph graph, String port) {
        var model = ModelT.deserializeFromBinary(bytes(graph));
        return tensor(model, model.getSignatureDefs()[0].getOutputs(), port);
    }

    private static TensorT tensor(ModelT model, TensorMapT[] ports, String name) {
        var index =
                Arrays.stream(ports)
                        .filter(port -> port.getName().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .getTensorIndex();
        return model.getSubgraphs()[0].getTensors()[(int) index];
    }
}
