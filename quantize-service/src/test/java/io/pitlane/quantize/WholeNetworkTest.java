package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Common network architectures, in int8 compared with float. */
class WholeNetworkTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(8, 16, 16, 3);

    @TempDir Path folder;

    private NetBuilder net = new NetBuilder(21, -1, 16, 16, 3);

    private String layer(String name, String in, int from, int to) {
        return net.unary("Relu", name + "/relu", net.convBias(name, in, 3, from, to, 1));
    }

    @Test
    void aPlainNetworkIsFourTimesSmaller() throws IOException {
        // Given
        var one = net.pool("MaxPool", "pool1", layer("one", "x", 3, 32), 2, 2, "VALID");
        var two = net.pool("MaxPool", "pool2", layer("two", one, 32, 64), 2, 2, "VALID");
        var flat = net.flatten("flat", layer("three", two, 64, 128), 4 * 4 * 128);
        var hidden = net.unary("Relu", "act", net.dense("dense", flat, 4 * 4 * 128, 64));
        var graph = net.build(net.unary("Softmax", "softmax", net.dense("last", hidden, 64, 10)));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes())
                .containsExactly(
                        "5 of 5 layers in int8", "TFLite computes 1 of them in float: last");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.04);
        assertThat(written(int8.graph(), "int8") * 3.8).isLessThan(written(graph, "float"));
    }

    @Test
    void aWrittenNetworkGivesTheOutputsOfTheOneInMemory() throws IOException {
        // Given
        var flat = net.flatten("flat", layer("one", "x", 3, 8), 16 * 16 * 8);
        var graph = net.build(net.dense("dense", flat, 16 * 16 * 8, 10));
        var int8 = quantize(graph).graph();

        // When
        written(int8, "int8");

        // Then
        var read = SavedModelReader.read(folder.resolve("int8"));
        assertThat(Int8Fixture.output(read, IMAGES)).isEqualTo(Int8Fixture.output(int8, IMAGES));
    }

    @Test
    void aResidualNetworkWithBatchNormIsEntirelyInInt8() {
        // Given
        var stem = net.unary("Relu", "stem", normalised("conv0", "x", 3, 16));
        var inner = net.unary("Relu", "inner", normalised("conv1", stem, 16, 16));
        var sum = net.binary("AddV2", "sum", stem, normalised("conv2", inner, 16, 16));
        var mean = net.globalMean("mean", net.unary("Relu", "relu", sum), false);
        var graph = net.build(net.dense("dense", mean, 16, 10));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes())
                .containsExactly(
                        "4 of 4 layers in int8", "TFLite computes 1 of them in float: dense");
        assertThat(Int8Fixture.ops(int8.graph())).doesNotContain("AddV2", "FusedBatchNormV3");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.04);
    }

    @Test
    void aSeparableNetworkIsEntirelyInInt8() {
        // Given
        var stem = net.unary("Relu6", "act0", net.convBias("stem", "x", 3, 3, 16, 2));
        var wide =
                net.unary("Relu6", "act1", net.bias("b1", net.depthwise("deep", stem, 3, 16), 16));
        var narrow = net.convBias("project", wide, 1, 16, 24, 1);
        var last = net.unary("Relu6", "act2", net.convBias("expand", narrow, 1, 24, 48, 1));
        var graph = net.build(net.globalMean("mean", last, false));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes()).containsExactly("4 of 4 layers in int8");
        assertThat(Int8Fixture.ops(int8.graph())).containsOnlyOnce("QuantizeV2");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.04);
    }

    @Test
    void tensorFlowComputesADepthwiseLayerBetweenFloatOperationsInFloat() {
        // Given: of two depthwise layers one is between swish-like gates
        var stem = net.unary("Relu", "act0", net.convBias("stem", "x", 3, 3, 16, 2));
        var first = net.bias("b1", net.depthwise("first", stem, 3, 16), 16);
        var gated = net.binary("Mul", "gated", first, net.unary("Sigmoid", "gate", first));
        var second = net.bias("b2", net.depthwise("second", gated, 3, 16), 16);
        var graph = net.build(net.globalMean("mean", net.unary("Tanh", "end", second), false));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes())
                .containsExactly(
                        "3 of 3 layers in int8", "TensorFlow computes 1 of them in float: second");
        assertThat(Int8Fixture.ops(int8.graph()))
                .containsOnlyOnce("DepthwiseConv2dNative", "_FusedQuantizedDepthwiseConv2D")
                .containsOnlyOnce("QuantizeV2");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.04);
    }

    @Test
    void tensorFlowComputesATransposedConvolutionInFloat() {
        // Given
        net = new NetBuilder(22, 4, 16, 16, 3);
        var down = layer("down", "x", 3, 8);
        var bottom = layer("bottom", net.pool("MaxPool", "pool", down, 2, 2, "VALID"), 8, 16);
        var up = net.upsample("up", bottom, 16, 16, 8);
        var both = layer("both", net.concat("concat", up, down), 16, 8);
        var graph = net.build(net.convBias("mask", both, 1, 8, 2, 1));
        var images = Int8Fixture.unsigned(4, 16, 16, 3);

        // When
        var int8 =
                Int8Fixture.lowered(
                        new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(images)));

        // Then
        assertThat(int8.notes())
                .containsExactly(
                        "5 of 5 layers in int8",
                        "TensorFlow computes 1 of them in float: up",
                        "ONNX Runtime computes 1 of them in float: up");
        assertThat(Int8Fixture.ops(int8.graph())).contains("Conv2DBackpropInput");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), images)).isLessThan(0.04);
    }

    @Test
    void aSqueezeAndExciteBlockScalesInFloat() {
        // Given
        var features = layer("features", "x", 3, 16);
        var squeezed = net.globalMean("squeeze", features, true);
        var reduced = net.unary("Relu", "reduced", net.convBias("fc1", squeezed, 1, 16, 4, 1));
        var gate = net.unary("Sigmoid", "gate", net.convBias("fc2", reduced, 1, 4, 16, 1));
        var scaled = net.binary("Mul", "scaled", features, gate);
        var graph = net.build(net.globalMean("mean", layer("last", scaled, 16, 24), false));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes()).containsExactly("4 of 4 layers in int8");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.04);
    }

    @Test
    void layersWithoutAKernelAreReported() {
        // Given a grouped convolution and one of two filters a channel, which TensorFlow computes
        // in float, and one whose filter is computed
        var twice = net.depthwise("twice", layer("stem", "x", 3, 4), 3, 4, 2, 1);
        var grouped = net.conv("grouped", twice, net.weights(3, 3, 4, 8), 1);
        var filter = net.constant("filter", net.weights(1, 1, 8, 8));
        var computed = net.unary("Tanh", "computed", filter);
        var graph = net.build(net.conv("dynamic", grouped, computed, 1));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes())
                .containsExactly(
                        "3 of 4 layers in int8",
                        "TensorFlow computes 2 of them in float: twice, grouped",
                        "left float: dynamic: its weights are computed by the graph, not constant");
        assertThat(Int8Fixture.ops(int8.graph())).contains("DepthwiseConv2dNative", "Conv2D");
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.04);
    }

    @Test
    void aLayerWithNonFiniteInputsStaysFloat() {
        // Given a layer behind a logarithm of 0
        var log = net.unary("Log", "log", layer("one", "x", 3, 4));
        var graph = net.build(net.convBias("two", log, 1, 4, 4, 1), layer("three", "x", 3, 4));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes())
                .containsExactly(
                        "2 of 3 layers in int8",
                        "left float: two: its values for the calibration images are not finite",
                        "bias correction left out: with it, the outputs are no closer to float");
    }

    @Test
    void aNetworkWithoutLayersStaysAsItIs() {
        // Given
        var graph = net.build(net.unary("Relu", "relu", "x"));

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(int8.notes()).containsExactly("0 of 0 layers in int8");
        assertThat(int8.graph()).isSameAs(graph);
    }

    @Test
    void aModelInInt8StaysAsItIs() {
        // Given
        var once = quantize(net.build(layer("one", "x", 3, 4))).graph();

        // When
        var twice = quantize(once).graph();

        // Then
        assertThat(twice).isSameAs(once);
    }

    @Test
    void severalNetworksInOneProcessKeepTheirOwnScales() {
        for (int seed = 0; seed < 6; seed++) {
            // Given
            net = new NetBuilder(seed, -1, 16, 16, 3);
            var six = net.unary("Relu6", "six", net.convBias("one", "x", 3, 3, 8, 1));
            var graph = net.build(net.unary("Relu6", "end", net.convBias("two", six, 3, 8, 8, 1)));

            // When
            var int8 = quantize(graph);

            // Then
            Int8Fixture.assertSame(int8.graph(), IMAGES, 2);
        }
    }

    @Test
    void layersThatDependOnAnInputWithoutDataStayFloat() {
        // Given: features of the image are concatenated with two numbers
        var image = net.globalMean("mean", net.convBias("one", "x", 3, 3, 8, 1), false);
        var numbers = net.dense("numbers", net.input("speed", -1, 2), 2, 4);
        var joined = net.dense("joined", net.concat("both", image, numbers), 12, 5);
        var graph = net.build(joined);

        // When
        var int8 = quantize(graph);

        // Then
        assertThat(Int8Fixture.ops(int8.graph())).contains("_FusedQuantizedConv2D", "MatMul");
        assertThat(int8.notes())
                .contains("1 of 3 layers in int8")
                .contains("left float: numbers: it depends on an input that has no data")
                .contains("left float: joined: it depends on an input that has no data");
        assertThat(int8.graph().signature()).isEqualTo(graph.signature());
        assertThat(Int8Fixture.relativeError(graph, int8.graph(), IMAGES)).isLessThan(0.05);
    }

    private static PostTrainingInt8.QuantizedModel quantize(FlatGraph graph) {
        var options = new Calibration(Calibration.Method.PERCENTILE, 99.99, 8);
        return Int8Fixture.lowered(
                new PostTrainingInt8(QuantizeStep.builder().calibration(options).build())
                        .quantize(graph, List.of(IMAGES)));
    }

    private String normalised(String name, String in, int from, int to) {
        return net.batchNorm(name + "/bn", net.conv(name, in, net.weights(3, 3, from, to), 1), to);
    }

    private long written(FlatGraph graph, String name) throws IOException {
        SavedModelWriter.write(graph, folder.resolve(name));
        return Files.size(folder.resolve(name).resolve("saved_model.pb"));
    }
}
