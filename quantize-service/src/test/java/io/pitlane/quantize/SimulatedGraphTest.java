package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.NodeDef;

/** The quantized graph that stock TensorFlow simulates, and the int8 kernels made from it. */
class SimulatedGraphTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(4, 16, 16, 3);

    @TempDir Path folder;

    @Test
    void theKernelsComputeWhatTheGraphSimulates() {
        for (var end : List.of("plain", "residual", "separable", "linear")) {
            // Given
            var graph = graph(end);

            // When
            var simulated = quantize(graph);
            var int8 = TensorFlowExport.of(simulated, Precision.INT8).graph();

            // Then: both lose the same, and differ by less than they lose
            double loss = Int8Fixture.relativeError(graph, simulated, IMAGES);
            assertThat(loss).as(end).isBetween(1e-5, 0.04);
            assertThat(Int8Fixture.relativeError(simulated, int8, IMAGES)).as(end).isLessThan(loss);
        }
    }

    @Test
    void withoutItsFakeQuantizationItIsTheFloatGraphWithRoundedWeights() {
        // Given
        var graph = graph("plain");

        // When
        var float32 = TensorFlowExport.of(quantize(graph), Precision.FLOAT32).graph();

        // Then
        assertThat(QuantizedGraph.of(float32).isQuantized()).isFalse();
        assertThat(float32.signature()).isEqualTo(graph.signature());
        assertThat(float32.nodes().stream().map(NodeDef::getName).toList())
                .containsExactlyInAnyOrderElementsOf(
                        graph.nodes().stream().map(NodeDef::getName).toList());
        assertThat(Int8Fixture.relativeError(graph, float32, IMAGES)).isBetween(1e-6, 0.03);
    }

    @Test
    void theNumbersOutliveAFile() {
        // Given
        var simulated = quantize(graph("residual"));

        // When
        SavedModelWriter.write(simulated, folder);
        var read = SavedModelReader.read(folder);

        // Then
        assertThat(QuantizedGraph.of(read).quantizations())
                .isEqualTo(QuantizedGraph.of(simulated).quantizations());
        assertThat(Int8Fixture.output(read, IMAGES))
                .isEqualTo(Int8Fixture.output(simulated, IMAGES));
    }

    @Test
    void bothAddendsAndTheSumAreQuantized() {
        // When
        var quantized = QuantizedGraph.of(quantize(graph("residual")));

        // Then
        var tensors = quantized.quantizations().keySet().stream().map(t -> t.node()).toList();
        assertThat(tensors).contains("stem/relu", "two/bias", "sum/relu");
    }

    private static FlatGraph quantize(FlatGraph graph) {
        return new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(IMAGES)).graph();
    }

    private static FlatGraph graph(String kind) {
        var net = new NetBuilder(31, -1, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var graph =
                switch (kind) {
                    case "residual" -> {
                        var one = net.convBias("one", stem, 3, 16, 16, 1);
                        var two =
                                net.convBias(
                                        "two", net.unary("Relu", "one/relu", one), 3, 16, 16, 1);
                        yield net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", two, stem));
                    }
                    case "separable" ->
                            net.unary(
                                    "Relu6",
                                    "deep/relu",
                                    net.bias("deep/bias", net.depthwise("deep", stem, 3, 16), 16));
                    case "linear" -> net.convBias("linear", stem, 3, 16, 16, 2);
                    default -> net.pool("AvgPool", "pool", stem, 2, 2, "VALID");
                };
        var last = net.unary("Relu", "last/relu", net.convBias("last", graph, 1, 16, 8, 1));
        return net.build(net.dense("dense", net.globalMean("mean", last, false), 8, 5));
    }
}
