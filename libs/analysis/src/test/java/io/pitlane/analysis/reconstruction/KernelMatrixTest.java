package io.pitlane.analysis.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.analysis.LayerPatches;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Patches times matrices, against the products that TensorFlow computes. */
class KernelMatrixTest {

    static Stream<Arguments> layers() {
        return Stream.of(
                layer("convolution", net -> net.conv("layer", "x", 6, 5)),
                layer("stride", net -> net.conv("layer", "x", 3, 6, 5, 2, "NHWC")),
                layer("1x1", net -> net.conv("layer", "x", 1, 6, 5, 1, "NHWC")),
                layer("valid", net -> conv(net, 6, "VALID", 1, 1)),
                layer("dilation", net -> conv(net, 6, "SAME", 1, 2)),
                layer("explicit padding", net -> conv(net, 6, "EXPLICIT", 2, 1)),
                layer("groups", net -> conv(net, 2, "SAME", 1, 1)),
                layer("depthwise", net -> net.depthwise("layer", "x", 6, 2)),
                layer("transposed", net -> net.upConv("layer", "x", 8, 6, 5)),
                layer("dense of rows", net -> dense(net, false)),
                layer("dense, transposed kernel", net -> dense(net, true)));
    }

    private static Arguments layer(String name, Function<TestNet, String> layer) {
        return Arguments.of(name, layer);
    }

    private static String conv(TestNet net, int inputs, String padding, int stride, int dilation) {
        net.weight("layer/kernel", 1, 3, 3, inputs, 6);
        var node =
                NodeBuilder.of("Conv2D", "layer")
                        .input("x")
                        .input("layer/kernel")
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, stride, stride, 1)
                        .ints("dilations", 1L, dilation, dilation, 1)
                        .string("padding", padding);
        return net.put(
                padding.equals("EXPLICIT")
                        ? node.ints("explicit_paddings", 0L, 0, 2, 1, 1, 2, 0, 0)
                        : node);
    }

    private static String dense(TestNet net, boolean isTransposed) {
        net.weight("layer/kernel", 1, isTransposed ? new long[] {5, 6} : new long[] {6, 5});
        return net.put(
                NodeBuilder.of("MatMul", "layer")
                        .input(net.reshape("rows", "x", -1, 6))
                        .input("layer/kernel")
                        .type("T", DT_FLOAT)
                        .bool("transpose_b", isTransposed));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void aPatchTimesTheMatrixIsTheProduct(String name, Function<TestNet, String> layer) {
        // Given
        var net = new TestNet(-1, 8, 8, 6);
        var graph = net.graph(layer.apply(net));
        var node = graph.node("layer");
        var kernel = FloatTensor.of(graph.node("layer/kernel"));
        var input = TensorRef.parse(node.getInput(Operations.of(node).featureSlot()));

        // When
        List<FloatTensor> computed;
        try (var session = GraphSession.open(graph)) {
            computed = session.run(net.images(), List.of(input, TensorRef.of("layer")));
        }

        // Then
        var product = computed.get(1);
        var layout = new KernelMatrix(node, kernel.shape(), 6);
        var patches = new LayerPatches(node, kernel.shape(), 6);
        int positions = product.values().length / layout.channels();
        var samples = new LayerSamples(layout, positions);
        for (int position = 0; position < positions; position++) {
            samples.add(
                    patches.at(computed.get(0), product.shape(), position),
                    product.values(),
                    position * layout.channels(),
                    1);
        }
        try (var session = new MatrixSession()) {
            var error = new HeldOutError(samples, layout, session);
            assertThat(error.of(layout.of(kernel), new double[layout.channels()]))
                    .isCloseTo(0, within(1e-10));
        }
        assertThat(layout.kernel(layout.of(kernel))).isEqualTo(kernel);
    }
}
