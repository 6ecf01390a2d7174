package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The in-place sum of a convolution is fused only where it is safe, and is exact. */
class ResidualAddFusionTest {
    private static final FloatTensor INPUT = Int8Fixture.unsigned(3, 8, 8, 3);

    private final NetBuilder net = new NetBuilder(11, -1, 8, 8, 3);

    private String layer(String name, String in, int from) {
        return net.unary("Relu", name + "/relu", net.convBias(name, in, 3, from, 16, 1));
    }

    @Test
    void anIdentityBlockSumsInPlaceAndIsExact() {
        // Given a summand that only the branch itself uses besides
        var stem = layer("stem", "x", 3);
        var branch = net.convBias("two", layer("one", stem, 16), 3, 16, 16, 1);
        var sum = net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", branch, stem));
        var graph = net.build(layer("last", sum, 16));

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isEqualTo(1);
        assertThat(Int8Fixture.ops(int8)).doesNotContain("AddV2").containsOnlyOnce("QuantizeV2");
        Int8Fixture.assertSame(int8, INPUT, 3);
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void theKernelDoesNotRoundWhatItAddsTheSummandTo() {
        // Given a branch of far larger values than the sum, so that its steps are coarse
        var stem = layer("stem", "x", 3);
        var weights = net.weights(3, 3, 16, 16).map(w -> w * 8 - 0.6);
        var branch = net.conv("two", layer("one", stem, 16), weights, 1);
        var sum = net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", branch, stem));
        var graph =
                new PostTrainingInt8(Int8Fixture.PLAIN)
                        .quantize(net.build(sum), List.of(INPUT))
                        .graph();

        // When
        var int8 = TensorFlowExport.of(graph, Precision.INT8).graph();
        var computed = TensorFlowExport.computed(graph);

        // Then
        assertThat(sums(int8)).isEqualTo(1);
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isGreaterThan(0.05);
        assertThat(Int8Fixture.relativeError(computed, int8, INPUT)).isLessThan(0.005);
    }

    @Test
    void aSignedSummandDoesNotSaturateTheSum() {
        // Given a shortcut with no activation that makes up most of the sum
        var stem = layer("stem", "x", 3);
        var shortcut = net.conv("shortcut", stem, net.weights(1, 1, 16, 16).map(w -> w * 3), 1);
        var branch = net.convBias("two", layer("one", stem, 16), 3, 16, 16, 1);
        var sum = net.binary("AddV2", "sum", shortcut, branch);
        var graph = net.build(net.unary("Relu", "sum/relu", sum));

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        var kernel =
                int8.nodes().stream()
                        .filter(ResidualAddFusionTest::fusesSum)
                        .findFirst()
                        .orElseThrow();
        assertThat(kernel.getAttrOrThrow("Tsummand").getType()).isEqualTo(DataType.DT_QUINT8);
        Int8Fixture.assertSame(int8, INPUT, 3);
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void aSummandThatIsUsedLaterIsNotOverwritten() {
        // Given
        var stem = layer("stem", "x", 3);
        var branch = net.convBias("two", layer("one", stem, 16), 3, 16, 16, 1);
        var sum = net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", branch, stem));
        var graph = net.build(net.concat("both", layer("last", sum, 16), layer("more", stem, 16)));

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isZero();
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void aSummandOfTwoSumsIsOverwrittenByTheLaterOneOnly() {
        // Given
        var stem = layer("stem", "x", 3);
        var first =
                net.binary(
                        "AddV2",
                        "add1",
                        net.convBias("one", layer("a", stem, 16), 3, 16, 16, 1),
                        stem);
        var mid = net.unary("Relu", "relu1", first);
        var second =
                net.binary(
                        "AddV2",
                        "add2",
                        net.convBias("two", layer("b", mid, 16), 3, 16, 16, 1),
                        stem);
        var graph = net.build(net.unary("Relu", "relu2", second));

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isEqualTo(1);
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void aSummandThatIsAnOutputIsNotOverwritten() {
        // Given
        var stem = layer("stem", "x", 3);
        var branch = net.convBias("two", layer("one", stem, 16), 3, 16, 16, 1);
        var sum = net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", branch, stem));
        var graph = net.build(stem, sum);

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isZero();
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void aConvolutionThatReadsItsSummandDoesNotOverwriteIt() {
        // Given
        var stem = layer("stem", "x", 3);
        var branch = net.convBias("one", stem, 3, 16, 16, 1);
        var graph = net.build(net.unary("Relu", "relu", net.binary("AddV2", "sum", branch, stem)));

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isZero();
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void aSummandWithAReshapedViewIsNotOverwritten() {
        // Given
        var stem = layer("stem", "x", 3);
        var flat = net.dense("dense", net.flatten("flat", stem, 8 * 8 * 16), 8 * 8 * 16, 4);
        var branch = net.convBias("two", layer("one", stem, 16), 3, 16, 16, 1);
        var sum = net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", branch, stem));
        var graph = net.build(flat, sum);

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isZero();
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    @Test
    void aConstantImageIsNotOverwritten() {
        // Given
        net.constant("image", Int8Fixture.signed(1, 8, 8, 16));
        var branch = net.convBias("one", layer("stem", "x", 3), 3, 16, 16, 1);
        var sum = net.binary("AddV2", "sum", branch, "image");
        var graph = net.build(net.unary("Relu", "relu", sum));

        // When
        var int8 = Int8Fixture.quantize(graph, INPUT);

        // Then
        assertThat(sums(int8)).isZero();
        assertThat(Int8Fixture.relativeError(graph, int8, INPUT)).isLessThan(0.03);
    }

    private static long sums(FlatGraph graph) {
        return graph.nodes().stream().filter(ResidualAddFusionTest::fusesSum).count();
    }

    private static boolean fusesSum(NodeDef node) {
        return node.getOp().equals("_FusedQuantizedConv2D")
                && node.getAttrOrThrow("fused_ops").getList().getSList().stream()
                        .anyMatch(op -> op.toStringUtf8().equals("Sum"));
    }
}
