package io.pitlane.graph.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

class FootprintTest {
    @Test
    void aPlainNetworkIsCountedByHand() {
        var footprint = Footprint.of(SampleGraphs.plain());

        assertThat(footprint.parameters())
                .isEqualTo(9 * 3 * 8 + 8 + 9 * 8 * 12 + 12 + 192 * 24 + 24 + 24 * 10 + 10);
        assertThat(footprint.macs())
                .isEqualTo(16 * 16 * 9 * 3 * 8 + 8 * 8 * 9 * 8 * 12 + 192 * 24 + 24 * 10);
        assertThat(footprint.format()).isEqualTo("float32");
        assertThat(footprint.layers())
                .contains(
                        new LayerFootprint(
                                "conv2",
                                "Conv2D",
                                List.of(1L, 8L, 8L, 12L),
                                864,
                                864,
                                32,
                                8 * 8 * 864));
    }

    @Test
    void aFixedBatchDoesNotCountItsImagesTwice() {
        assertThat(Footprint.of(SampleGraphs.fixedBatch()).macs())
                .isEqualTo(Footprint.of(SampleGraphs.plain()).macs());
    }

    @Test
    void aDepthwiseLayerCountsOneFilterAChannel() {
        assertThat(layer(SampleGraphs.mobile(), "dw2").macs()).isEqualTo(8 * 8 * 24 * 9);
    }

    @Test
    void aTransposedConvolutionCountsItsInputs() {
        assertThat(layer(SampleGraphs.unet(), "u1").macs()).isEqualTo(4 * 4 * 16 * 2 * 2 * 12);
    }

    @Test
    void sharedWeightsCountOnceButComputeTwice() {
        var graph = SampleGraphs.sharedWeights();

        assertThat(layer(graph, "conv2").parameters()).isEqualTo(576);
        assertThat(layer(graph, "conv3").parameters()).isZero();
        assertThat(layer(graph, "conv3").macs()).isEqualTo(layer(graph, "conv2").macs());
    }

    @Test
    void zerosAreParametersButNotNonZero() {
        // Given
        var graph = SampleGraphs.plain();
        var kernel = FloatTensor.of(graph.node("conv1/kernel"));
        var half = kernel.map(v -> v > 0 ? v : 0);
        int zeros = 0;
        for (float v : half.values()) {
            zeros += v == 0 ? 1 : 0;
        }

        // When
        var footprint = Footprint.of(graph.edit().put(half.toConst("conv1/kernel")).build());

        // Then
        assertThat(footprint.parameters()).isEqualTo(Footprint.of(graph).parameters());
        assertThat(zeros).isPositive();
        assertThat(footprint.nonZeroParameters()).isEqualTo(footprint.parameters() - zeros);
        assertThat(footprint.layers().stream().mapToLong(LayerFootprint::nonZeroParameters).sum())
                .isEqualTo(footprint.nonZeroParameters());
    }

    @Test
    void quantizedWeightsMakeAnInt8Model() {
        // Given
        var net = new SampleNetwork(1);
        var x = net.input("x", -1, 4);
        var codes =
                TensorProto.newBuilder()
                        .setDtype(DataType.DT_QINT8)
                        .setTensorShape(NodeBuilder.shapeProto(4, 3))
                        .setTensorContent(
                                ByteString.copyFrom(
                                        new byte[] {0, 1, 2, 3, 4, 5, 6, 0, 8, 9, 10, 11}))
                        .build();
        net.add(NodeBuilder.of("Const", "codes").attrsOf(NodeBuilder.constant("codes", codes)));
        net.weights("low", -1, 0);
        net.weights("high", 1, 0);
        var kernel =
                net.add(
                        NodeBuilder.of("Dequantize", "kernel")
                                .input("codes")
                                .input("low")
                                .input("high")
                                .type("T", DataType.DT_QINT8)
                                .string("mode", "SCALED"));
        var y =
                net.add(
                        NodeBuilder.of("MatMul", "y")
                                .input(x)
                                .input(kernel)
                                .type("T", DataType.DT_FLOAT));

        // When
        var footprint = Footprint.of(net.output("y", y, -1, 3).build());

        // Then
        assertThat(footprint.format()).isEqualTo("int8");
        assertThat(footprint.parameters()).isEqualTo(12);
        assertThat(footprint.nonZeroParameters()).isEqualTo(10);
        assertThat(footprint.macs()).isEqualTo(12);
    }

    @Test
    void theBitsOfALayerAreThoseOfItsKernelInAQuantizedGraph() {
        // Given
        var kernel = TensorRef.of("conv1/kernel");
        var editor = SampleGraphs.plain().edit();
        var quantization = new Quantization(4, true, new float[] {1}, 0, Quantization.PER_TENSOR);
        var rounded = FakeQuantization.add(editor, "rounded", kernel, quantization);
        editor.put(editor.node("conv1").toBuilder().setInput(1, rounded.toString()).build());

        // When
        var graph = editor.build();

        // Then
        assertThat(layer(graph, "conv1").bits()).isEqualTo(4);
        assertThat(layer(graph, "conv2").bits()).isEqualTo(32);
    }

    private static LayerFootprint layer(FlatGraph graph, String name) {
        return Footprint.of(graph).layers().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
