package io.pitlane.formats.export;

import static io.pitlane.formats.onnx.OpCase.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_DOUBLE;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.onnx.ExportComparison;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that cannot be exported. */
class ExportObstacleTest {
    @TempDir private Path folder;

    @Test
    void everyNodeInTheWayIsNamedBeforeAnythingIsWritten() throws IOException {
        // Given
        var export = OnnxExport.of(threeObstacles());
        var file = folder.resolve("model.onnx");

        // Then
        assertThat(export.obstacles())
                .containsExactly(
                        new ExportObstacle(
                                "digamma",
                                "Digamma",
                                "ONNX export does not support this operation"),
                        new ExportObstacle("mirror", "MirrorPad", "its padding is computed"),
                        new ExportObstacle("conv", "Conv2D", "its kernel is computed"));
        assertThatThrownBy(() -> export.write(file, ExportComparison.METADATA))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'digamma' (Digamma)")
                .hasMessageContaining("'mirror' (MirrorPad): its padding is computed")
                .hasMessageContaining("'conv' (Conv2D): its kernel is computed");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aFileIsReplacedAsAWhole() throws IOException {
        // Given
        var net = new TestNet(-1, 8, 8, 3);
        var file = Files.writeString(folder.resolve("model.onnx"), "of before");

        // When
        OnnxExport.of(net.graph(net.conv("y", "x", 3, 4))).write(file, ExportComparison.METADATA);

        // Then
        assertThat(Files.size(file)).isGreaterThan(3 * 3 * 3 * 4 * Float.BYTES);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aSqueezeThatNamesNoAxesMayRemoveTheBatch() {
        var net = new TestNet(-1, 8, 8, 3);
        net.put(named("squeezed", "Squeeze", net.globalMean("mean", "x", true)));

        assertThat(OnnxExport.of(net.graph(net.op("Neg", "y", "squeezed"))).obstacles())
                .extracting(ExportObstacle::node)
                .containsExactly("squeezed");
    }

    /** The same input leads to an even and to an odd size, so no attribute can say which. */
    @Test
    void aTransposedConvolutionToTheSizeOfAnotherTensorNeedsFixedImages() {
        // Given
        var open = toTheSizeOfTheInput(new TestNet(-1, -1, -1, 3));
        var fixed = toTheSizeOfTheInput(new TestNet(-1, 9, 9, 3));

        // Then
        assertThat(OnnxExport.of(open).obstacles())
                .extracting(ExportObstacle::toString)
                .containsExactly("'up' (Conv2DBackpropInput): the size of its images is not fixed");
        assertThat(OnnxExport.of(fixed).obstacles()).isEmpty();
    }

    private static FlatGraph toTheSizeOfTheInput(TestNet net) {
        var small = net.conv("small", "x", 3, 3, 4, 2, "NHWC");
        net.weight("up/kernel", 0.3, 3, 3, 3, 4);
        net.put(named("size", "Shape", "x").type("out_type", DT_INT32));
        return net.graph(
                net.put(
                        named("up", "Conv2DBackpropInput", "size", "up/kernel", small)
                                .ints("strides", 1L, 2, 2, 1)
                                .string("padding", "SAME")));
    }

    @Test
    void computationsInDoubleAreNotExported() {
        var net = new TestNet(-1, 8, 8, 3);
        net.put(
                NodeBuilder.of("Cast", "double")
                        .input("x")
                        .type("SrcT", DT_FLOAT)
                        .type("DstT", DT_DOUBLE));
        net.put(NodeBuilder.of("Neg", "y").input("double").type("T", DT_DOUBLE));

        assertThat(OnnxExport.of(net.graph("y")).obstacles())
                .extracting(ExportObstacle::toString)
                .contains(
                        "'double' (Cast): it has values of type double",
                        "'y' (Neg): it computes in double");
    }

    private static FlatGraph threeObstacles() {
        var net = new TestNet(-1, 8, 8, 3);
        var digamma = net.op("Digamma", "digamma", "x");
        net.matrix("amount", 0, 0, 1, 1, 1, 1, 0, 0);
        net.put(
                NodeBuilder.of("AddV2", "amounts")
                        .input("amount")
                        .input("amount")
                        .type("T", DT_INT32));
        net.put(
                named("mirror", "MirrorPad", net.relu(digamma), "amounts")
                        .type("Tpaddings", DT_INT32)
                        .string("mode", "SYMMETRIC"));
        net.weight("factor", 1, 1);
        net.weight("kernel", 0.3, 3, 3, 3, 4);
        var kernel = net.reshape("turned", net.op("Mul", "scaled", "kernel", "factor"), 3, 3, 3, 4);
        net.put(
                named("conv", "Conv2D", "mirror", kernel)
                        .ints("strides", 1L, 1, 1, 1)
                        .string("padding", "SAME"));
        return net.graph(net.relu("conv"));
    }
}
