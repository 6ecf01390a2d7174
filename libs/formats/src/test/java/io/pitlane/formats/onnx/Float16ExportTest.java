package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.ExportComparison.METADATA;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.pass.BatchNormFolding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models with weights of float16. */
class Float16ExportTest {
    private static final int ANY_SIDE = 20;

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream().filter(name -> !name.equals("fixedBatch"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aNetworkGivesTheValuesOfTensorFlowWithRoundedKernels(String sample) throws OrtException {
        // Given
        var graph = SampleGraphs.all().get(sample).get();

        // When
        var model = OnnxExport.of(graph, Precision.FLOAT16).toBytes(METADATA);

        // Then
        ExportComparison.assertEqual(model, withRoundedKernels(graph), ANY_SIDE, 2, 3);
    }

    @Test
    void theFileIsAboutHalfAsLarge() {
        var graph = SampleGraphs.unet(16, 300);
        var large = bytes(graph, Precision.FLOAT32);
        var small = bytes(graph, Precision.FLOAT16);

        assertThat((double) small.length / large.length).isBetween(0.45, 0.65);
    }

    @Test
    void aBatchedProductHasWeightsOfFloat16() throws InvalidProtocolBufferException {
        var net = new TestNet(-1, 7, 4);
        net.weight("kernel", 0.3, 4, 6);
        var graph = net.graph(net.op("BatchMatMulV2", "y", "x", "kernel"));

        assertThat(initializers(graph)).containsExactly("kernel/float16: 10");
    }

    @Test
    void weightsBeyondTheRangeOfFloat16StayFloat32()
            throws InvalidProtocolBufferException, OrtException {
        // Given
        var net = new TestNet(-1, 8, 8, 3);
        net.constant("kernel", new FloatTensor(new float[] {1e-5f, 65520, -2}, 1, 1, 3, 1));
        var graph = net.graph(net.convWith("y", "x", "kernel", 1, "NHWC"));

        // Then
        assertThat(initializers(graph)).containsExactly("kernel: 1");
        ExportComparison.assertEqual(
                OnnxExport.of(graph, Precision.FLOAT16).toBytes(METADATA), graph, ANY_SIDE, 2);
    }

    @Test
    void aKernelThatTwoLayersShareIsWrittenOnce() throws InvalidProtocolBufferException {
        var net = new TestNet(-1, 8, 8, 4);
        net.weight("kernel", 0.3, 3, 3, 4, 4);
        var first = net.convWith("first", "x", "kernel", 1, "NHWC");
        var graph = net.graph(net.convWith("y", net.relu(first), "kernel", 1, "NHWC"));

        assertThat(initializers(graph)).containsExactly("kernel/float16: 10");
    }

    /** Names and element types of what a file of float16 holds. */
    private static List<String> initializers(FlatGraph graph)
            throws InvalidProtocolBufferException {
        return OnnxMl.ModelProto.parseFrom(bytes(graph, Precision.FLOAT16))
                .getGraph()
                .getInitializerList()
                .stream()
                .map(tensor -> tensor.getName() + ": " + tensor.getDataType())
                .toList();
    }

    private static byte[] bytes(FlatGraph graph, Precision precision) {
        return OnnxExport.of(graph, precision).toBytes(METADATA);
    }

    private static FlatGraph withRoundedKernels(FlatGraph graph) {
        var folded = new BatchNormFolding().apply(graph);
        var edit = folded.edit();
        for (var node : folded.nodes()) {
            LayerKernel.of(folded, node)
                    .ifPresent(
                            kernel ->
                                    edit.put(
                                            kernel.values()
                                                    .map(Float16ExportTest::nearest)
                                                    .toConst(kernel.name())));
        }
        return edit.build();
    }

    /** The nearest number of 11 significant bits and an exponent of at least -14. */
    private static double nearest(double value) {
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), -14) - 10);
        return Math.rint(value / unit) * unit;
    }
}
