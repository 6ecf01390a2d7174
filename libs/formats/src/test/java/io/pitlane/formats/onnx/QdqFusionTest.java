package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.export.QuantizedSample;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which kernels ONNX Runtime runs an int8 export with. */
class QdqFusionTest {
    private static final int SIDE = 16;

    @TempDir private Path folder;

    @Test
    void aClassifierRunsInIntegersFromItsInputToItsLastLayer() throws Exception {
        assertThat(kernels(SampleGraphs.plain()))
                .isEqualTo(
                        Map.of(
                                "QuantizeLinear", 1,
                                "QLinearConv", 2,
                                "NhwcMaxPool", 2,
                                "Reshape", 1,
                                "QGemm", 2,
                                "Softmax", 1));
    }

    @Test
    void joinedBranchesStayInIntegers() throws Exception {
        assertThat(kernels(SampleGraphs.branches()))
                .isEqualTo(
                        Map.of(
                                "QuantizeLinear", 1,
                                "QLinearConv", 4,
                                "QLinearConcat", 1,
                                "NhwcMaxPool", 1,
                                "Reshape", 1,
                                "QGemm", 1));
    }

    @Test
    void residualSumsAreIntegerKernels() throws Exception {
        assertThat(kernels(SampleGraphs.residual()))
                .containsEntry("QLinearConv", 6)
                .containsEntry("QLinearAdd", 2)
                .containsEntry("QGemm", 1)
                .doesNotContainKeys("Conv", "FusedConv", "Add", "Relu", "Gemm");
    }

    @Test
    void depthwiseConvolutionsAreIntegerKernelsAndRelu6IsPartOfThem() throws Exception {
        assertThat(kernels(SampleGraphs.mobile()))
                .containsEntry("QLinearConv", 7)
                .containsEntry("QLinearAdd", 1)
                .containsEntry("QGemm", 1)
                .doesNotContainKeys("Conv", "FusedConv", "Add", "Clip", "Gemm");
    }

    @Test
    void aGlobalMeanIsAnIntegerKernel() throws Exception {
        assertThat(kernels(QuantizedNets.all().get("Mean of images").get()))
                .containsEntry("QLinearGlobalAveragePool", 1)
                .containsEntry("QLinearConv", 2)
                .doesNotContainKeys("ReduceMean", "GlobalAveragePool");
    }

    @Test
    void aGateOfChannelsIsIntegerKernels() throws Exception {
        assertThat(kernels(QuantizedNets.all().get("Mul of channels").get()))
                .containsEntry("QLinearGlobalAveragePool", 1)
                .containsEntry("QLinearSigmoid", 1)
                .containsEntry("QLinearMul", 1)
                .containsEntry("QLinearConv", 3)
                .doesNotContainKeys("ReduceMean", "Sigmoid", "Mul");
    }

    @Test
    void aHardSwishIsTwoOperationsBetweenIntegers() throws Exception {
        assertThat(kernels(QuantizedNets.all().get("hard swish").get()))
                .containsEntry("QLinearConv", 2)
                .containsEntry("HardSigmoid", 1)
                .containsEntry("Mul", 1)
                .containsEntry("QuantizeLinear", 2)
                .doesNotContainKeys("Add", "Clip", "Div", "QLinearMul");
    }

    @Test
    void convolutionsAndMaximaOfVolumesAreIntegerKernels() throws Exception {
        assertThat(kernels(QuantizedNets.all().get(QuantizedComparison.POOLED_VOLUMES).get()))
                .containsOnly(
                        entry("QuantizeLinear", 1),
                        entry("QLinearConv", 2),
                        entry("NhwcMaxPool", 1),
                        entry("DequantizeLinear", 1));
    }

    @Test
    void theHeadsOfADetectorAreIntegerKernels() throws Exception {
        assertThat(kernels(SampleGraphs.detector()))
                .containsEntry("QLinearConv", 7)
                .doesNotContainKeys("Conv", "FusedConv", "Transpose");
    }

    /** How often each operation is in the graph that ONNX Runtime makes of an export. */
    private Map<String, Integer> kernels(FlatGraph floats) throws OrtException, IOException {
        var graph = QuantizedSample.of(floats, ExportComparison.images(floats, SIDE, 4));
        var model = OnnxExport.of(graph, Precision.INT8).toBytes(ExportComparison.METADATA);
        var optimized = folder.resolve("optimized.onnx");
        OnnxRuntimeModel.open(
                        model,
                        options -> {
                            // It warns that the file is for this processor.
                            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
                            options.setOptimizedModelFilePath(optimized.toString());
                        })
                .close();
        var counts = new TreeMap<String, Integer>();
        OnnxMl.ModelProto.parseFrom(Files.readAllBytes(optimized))
                .getGraph()
                .getNodeList()
                .forEach(node -> counts.merge(node.getOpType(), 1, Integer::sum));
        return counts;
    }
}
