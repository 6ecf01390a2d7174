package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models in ONNX Runtime against TensorFlow. */
class ModelExportTest {
    private static final Path SHARED = Path.of(System.getProperty("pitlane.shared", "../shared"));
    private static final int ANY_SIDE = 20;

    /** Operations of the real models that stand in the way. */
    private static final Map<String, List<String>> REFUSED =
            Map.of("tf1-segmenter", List.of("SpaceToBatchND", "BatchToSpaceND"));

    @TempDir private Path folder;

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream().filter(name -> !name.equals("fixedBatch"));
    }

    static Stream<String> realModels() {
        return RealModels.USABLE.stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aNetworkGivesTheValuesOfTensorFlow(String sample) throws OrtException {
        ExportComparison.assertEqual(SampleGraphs.all().get(sample).get(), ANY_SIDE, 2, 3);
    }

    @Test
    void aModelOfAFixedBatchKeepsIt() throws OrtException {
        var graph = SampleGraphs.fixedBatch();

        ExportComparison.assertEqual(graph, ANY_SIDE, 4);
        assertThat(sizes(graph, true, "image")).containsExactly(4, 16, 16, 3);
    }

    @Test
    void aSqueezeWithoutAxesRemovesThoseOfSizeOneOfAFixedBatch() throws OrtException {
        var net = new TestNet(2, 7, 5, 4);
        var features = net.globalMean("mean", net.conv("conv", "x", 4, 6), true);
        var graph = net.graph(net.op("Squeeze", "y", features));

        ExportComparison.assertEqual(graph, ANY_SIDE, 2);
        assertThat(sizes(graph, false, "y")).containsExactly(2, 6);
    }

    @Test
    void aSegmenterOfLargeImagesGivesTheValuesOfTensorFlow() throws OrtException {
        ExportComparison.assertEqual(SampleGraphs.unet(256), ANY_SIDE, 2);
    }

    @Test
    void aModelTrainedByKerasGivesTheValuesOfTensorFlow() throws OrtException {
        var model = SHARED.resolve("models/keras-gtsrb");
        assumeTrue(Files.isDirectory(model), "there is no " + model);

        ExportComparison.assertEqual(SavedModelReader.read(model), ANY_SIDE, 2, 3);
    }

    @ParameterizedTest
    @MethodSource("realModels")
    void aRealModelGivesTheValuesOfTensorFlowOrIsRefused(String name)
            throws OrtException, IOException {
        // Given
        var graph = SavedModelReader.read(RealModels.unpack(name, folder));

        // When
        var obstacles = OnnxExport.of(graph).obstacles();

        // Then
        assertThat(obstacles.stream().map(ExportObstacle::op).distinct())
                .as("%s: %s", name, obstacles)
                .containsExactlyInAnyOrderElementsOf(REFUSED.getOrDefault(name, List.of()));
        if (obstacles.isEmpty()) {
            ExportComparison.assertEqual(graph, ANY_SIDE, 2, 3);
        }
    }

    @Test
    void inputsAndOutputsKeepTheirNamesAndShapes() throws OrtException {
        // Given
        var graph = SampleGraphs.detector();

        // When
        try (var onnx = OnnxRuntimeModel.open(bytes(graph))) {

            // Then
            assertThat(onnx.inputs().keySet()).containsExactly("image");
            assertThat(onnx.outputs().keySet())
                    .containsExactlyInAnyOrder(
                            "fine_boxes", "fine_scores", "coarse_boxes", "coarse_scores");
            assertThat(names(onnx, "fine_boxes")).containsExactly("batch", "", "");
        }
        assertThat(sizes(graph, true, "image")).containsExactly(-1, 16, 16, 3);
        assertThat(sizes(graph, false, "fine_boxes")).containsExactly(-1, 128, 4);
        assertThat(sizes(graph, false, "coarse_scores")).containsExactly(-1, 32, 3);
    }

    @Test
    void aTranspositionIsWrittenOnlyAtTheEdgesOfANetworkOfImages() throws Exception {
        assertThat(operations(SampleGraphs.residual())).containsOnlyOnce("Transpose");
        assertThat(operations(SampleGraphs.unet()).stream().filter("Transpose"::equals)).hasSize(2);
    }

    @Test
    void batchNormAndBiasBelongToTheConvolution() throws Exception {
        assertThat(operations(SampleGraphs.residual()))
                .doesNotContain("BatchNormalization", "Mul")
                .filteredOn("Add"::equals)
                .hasSize(2);
    }

    @Test
    void theModelSaysWhereItComesFrom() throws OrtException {
        // Given
        var metadata =
                new ExportMetadata("1.2.3", Map.of(ExportMetadata.MODEL_DIGEST, "the digest"));

        // When
        var bytes = OnnxExport.of(SampleGraphs.plain()).toBytes(metadata);

        // Then
        try (var onnx = OnnxRuntimeModel.open(bytes)) {
            assertThat(onnx.metadata().getProducerName()).isEqualTo("pitlane");
            assertThat(onnx.metadata().getCustomMetadata())
                    .containsExactly(Map.entry("pitlane.model.digest", "the digest"));
        }
    }

    private static byte[] bytes(FlatGraph graph) {
        return OnnxExport.of(graph).toBytes(ExportComparison.METADATA);
    }

    private static List<String> operations(FlatGraph graph) throws InvalidProtocolBufferException {
        return OnnxMl.ModelProto.parseFrom(bytes(graph)).getGraph().getNodeList().stream()
                .map(OnnxMl.NodeProto::getOpType)
                .toList();
    }

    private static long[] sizes(FlatGraph graph, boolean input, String port) throws OrtException {
        try (var onnx = OnnxRuntimeModel.open(bytes(graph))) {
            var info = (input ? onnx.inputs() : onnx.outputs()).get(port).getInfo();
            return ((TensorInfo) info).getShape();
        }
    }

    private static String[] names(OnnxRuntimeModel onnx, String output) throws OrtException {
        return ((TensorInfo) onnx.outputs().get(output).getInfo()).getDimensionNames();
    }
}
