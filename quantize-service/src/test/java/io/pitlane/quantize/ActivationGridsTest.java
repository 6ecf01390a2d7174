package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** The quantization of tensors that operations join. */
class ActivationGridsTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(4, 16, 16, 3);

    @Test
    void aConcatenationCoversTheRangesOfItsParts() {
        // When
        var quantized = QuantizedGraph.of(quantize(QuantizedNets.joined()));

        // Then
        var signed = grid(quantized, "signed/bias");
        var low = grid(quantized, "low/relu");
        var both = grid(quantized, "two");
        assertThat(both.dequantize(0, 0)).isLessThanOrEqualTo(signed.dequantize(0, 0));
        assertThat(both.dequantize(255, 0))
                .isGreaterThanOrEqualTo(signed.dequantize(255, 0))
                .isGreaterThanOrEqualTo(low.dequantize(255, 0));
    }

    @Test
    void aPartKeepsItsStepsWhereThoseOfTheConcatenationAreTooLarge() {
        // When
        var quantized = QuantizedGraph.of(quantize(QuantizedNets.joined()));

        // Then
        var low = grid(quantized, "low/relu");
        assertThat(low.zeroPoint()).isZero();
        assertThat(low.scale()).isLessThan(grid(quantized, "two").scale() / 2);
    }

    @Test
    void partsOfAboutOneRangeShareAQuantizationAndTensorFlowJoinsTheirBytes() {
        // Given
        var net = new NetBuilder(4, -1, 16, 16, 3);
        var one = net.unary("Relu", "one/relu", net.convBias("one", "x", 3, 3, 8, 1));
        var two = net.unary("Relu", "two/relu", net.convBias("two", "x", 3, 3, 8, 1));
        var both = net.concat("both", one, net.pool("MaxPool", "pool", two, 3, 1, "SAME"));
        var graph = quantize(net.build(net.convBias("last", both, 1, 16, 6, 1)));

        // When
        var int8 = TensorFlowExport.of(graph, Precision.INT8).graph();

        // Then
        var quantized = QuantizedGraph.of(graph);
        assertThat(grid(quantized, "one/relu"))
                .isEqualTo(grid(quantized, "two/relu"))
                .isEqualTo(grid(quantized, "both"));
        assertThat(int8.nodes())
                .filteredOn(node -> node.getOp().equals("ConcatV2"))
                .singleElement()
                .satisfies(
                        node ->
                                assertThat(Attributes.of(node).type("T", DataType.DT_FLOAT))
                                        .isEqualTo(DataType.DT_QUINT8));
        assertThat(Int8Fixture.ops(int8)).containsOnlyOnce("QuantizeV2", "Dequantize");
        assertThat(Int8Fixture.relativeError(graph, int8, IMAGES)).isLessThan(0.01);
    }

    @Test
    void whatOnlyFloatOperationsReadIsNotRounded() {
        // Given: a product, a mean and a concatenation that the caller reads, or softmax
        var net = new NetBuilder(4, -1, 16, 16, 3);
        var one = net.unary("Relu", "one/relu", net.convBias("one", "x", 3, 3, 8, 1));
        var gated = net.binary("Mul", "gated", one, net.unary("Sigmoid", "gate", one));
        var mean = net.globalMean("mean", net.concat("both", gated, one), false);

        // When
        var quantized = QuantizedGraph.of(quantize(net.build(net.unary("Softmax", "out", mean))));

        // Then
        assertThat(quantized.quantizations().keySet())
                .containsExactlyInAnyOrder(
                        TensorRef.of("x"), TensorRef.of("one/kernel"), TensorRef.of("one/relu"));
    }

    private static FlatGraph quantize(FlatGraph graph) {
        return new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(IMAGES)).graph();
    }

    private static Quantization grid(QuantizedGraph graph, String tensor) {
        return graph.of(TensorRef.of(tensor)).orElseThrow();
    }
}
