package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.LayerNets;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

class QuantizeAdviceTest {
    @TempDir Path folder;

    @Test
    void layersWithAndWithoutAnInt8KernelAreCounted() {
        SavedModelWriter.write(net("Conv3DBackpropInputV2"), folder);

        assertThat(advice(folder))
                .containsExactly(
                        "1 convolutions and dense layers can run in int8.",
                        "TFLite computes 1 of them in float: scores.",
                        "1 x Conv3DBackpropInputV2 stays float32: there is no int8 kernel to gain"
                                + " from.");
    }

    @Test
    void aGroupedConvolutionCountsAsInt8() throws IOException {
        var advice = advice(RealModels.unpack("keras3-grouped", folder));

        assertThat(advice).first().isEqualTo("7 convolutions and dense layers can run in int8.");
        assertThat(advice).anyMatch(s -> s.startsWith("TensorFlow computes 1 of them in float: "));
        assertThat(advice).noneMatch(s -> s.startsWith("ONNX Runtime computes"));
    }

    @Test
    void aQuantizedModelIsDescribedAsItIs() {
        // Given
        var net = new TestNet(-1, 8, 8, 1);
        var conv = net.relu(net.bias("b1", net.conv("c1", "x", 1, 4), 4));
        var flat = net.reshape("flat", conv, -1, 256);
        var graph = net.graph(net.bias("b2", net.dense("d", flat, 256, 3), 3));
        var images = new FloatTensor(new float[64], 1, 8, 8, 1).map(zero -> 1);
        var quantized = new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(images));
        SavedModelWriter.write(graph, folder.resolve("floats"));
        SavedModelWriter.write(quantized.graph(), folder.resolve("quantized"));

        // When
        var before = advice(folder.resolve("floats"));
        var after = advice(folder.resolve("quantized"));

        // Then
        assertThat(before)
                .containsExactly(
                        "2 convolutions and dense layers can run in int8.",
                        "TFLite computes 1 of them in float: d.");
        assertThat(after)
                .containsExactly(before.get(0), "2 layers have quantized weights.", before.get(1));
    }

    @Test
    void aKernelAsTheLeftFactorIsTheReasonGiven() {
        // Given
        var product =
                LayerNets.variants()
                        .filter(layer -> layer.operation().name().equals("MatMul"))
                        .filter(layer -> layer.slot() == 0)
                        .findFirst()
                        .orElseThrow();
        SavedModelWriter.write(product.net(), folder);

        // When
        var advice = advice(folder);

        // Then
        assertThat(advice)
                .contains(
                        "layer stays float32: its weights are the left factor; the int8 kernels"
                                + " take them as the right one.");
    }

    @Test
    void layersThatNoTechniqueChangesAreNamed() {
        // Given
        var net = new TestNet(-1, 8, 8, 1);
        net.weight("grey/kernel", 0.3, 3, 3, 1);
        var grey =
                net.put(
                        NodeBuilder.of("Dilation2D", "grey")
                                .input("x")
                                .input("grey/kernel")
                                .type("T", DataType.DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1)
                                .ints("rates", 1L, 1, 1, 1)
                                .string("padding", "SAME"));
        var graph = net.graph(grey);
        SavedModelWriter.write(graph, folder);

        // When
        var leftFloat =
                FusedLayerFinder.find(
                                graph, InferredShapes.of(graph), FusedLayerFinder.SumFusion.NONE)
                        .leftFloat();
        var advice = advice(folder);

        // Then
        assertThat(leftFloat).containsExactly("grey: Dilation2D has no int8 kernel");
        assertThat(advice).anyMatch(s -> s.startsWith("1 x Dilation2D stays float32"));
    }

    private static FlatGraph net(String operation) {
        return LayerNets.variants()
                .filter(layer -> layer.operation().name().equals(operation))
                .findFirst()
                .orElseThrow()
                .net();
    }

    private static List<String> advice(Path savedModel) {
        return new QuantizeStage().describe(savedModel).sentences();
    }
}
