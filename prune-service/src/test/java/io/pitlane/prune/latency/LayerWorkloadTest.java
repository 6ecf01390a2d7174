package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerWorkloadTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 6);
        var c1 = net.conv("conv", "x", 3, 6, 16, 2, "NHWC");
        var dw = net.depthwise("depthwise", c1, 16, 2);
        var flat = net.reshape("flat", dw, -1, 4 * 4 * 32);
        return net.graph(net.dense("dense", flat, 512, 10));
    }

    private static LayerWorkload workload(String layer, long... input) {
        return find(layer, input).orElseThrow();
    }

    private static Optional<LayerWorkload> find(String layer, long... input) {
        var graph = net();
        return LayerWorkload.of(LayerKernel.of(graph, graph.node(layer)).orElseThrow(), input);
    }

    @Test
    void theKeyHoldsAllThatTheLatencyDependsOn() {
        assertThat(workload("conv", 1, 8, 8, 6).key())
                .isEqualTo("Conv2D 1x8x8x6 * 3x3x6x16, strides 1x2x2x1, padding SAME");
        assertThat(workload("dense", 1, 512).key()).isEqualTo("MatMul 1x512 * 512x10");
    }

    @Test
    void fewerChannelsReadMakeTheInputSmaller() {
        var half = workload("conv", 1, 8, 8, 6).with(2, 3).with(3, 8);

        assertThat(half.input()).containsExactly(1L, 8L, 8L, 3L);
        assertThat(half.kernel()).containsExactly(3L, 3L, 3L, 8L);
    }

    @ParameterizedTest
    @CsvSource({
        "conv, 1x8x8x6, 4 * 4 * 9 * 6 * 16",
        "depthwise, 1x4x4x16, 4 * 4 * 9 * 32",
        "dense, 1x512, 512 * 10"
    })
    void theModelOfALayerHasItsMultiplyAccumulatesAndRunsEverywhere(
            String layer, String input, String product) {
        // Given
        var sizes = Arrays.stream(input.split("x")).mapToLong(Long::parseLong).toArray();
        long macs = 1;
        for (var factor : product.split(" \\* ")) {
            macs *= Long.parseLong(factor);
        }
        var workload = workload(layer, sizes);

        // When
        var model = workload.model();

        // Then
        assertThat(Footprint.of(model).macs()).isEqualTo(macs);
        assertThat(Footprint.of(workload.baseline()).macs()).isZero();
        try (var session = GraphSession.open(model);
                var baseline = GraphSession.open(workload.baseline())) {
            assertThat(session.run(workload.image()).get(0).shape()[0]).isEqualTo(1);
            assertThat(baseline.run(workload.image()).get(0).shape()[0]).isEqualTo(1);
        }
        for (var format : ModelFormat.values()) {
            assertThat(ModelExports.of(format, model, Precision.FLOAT32).obstacles()).isEmpty();
        }
    }

    @Test
    void aGroupedConvolutionIsNotMeasured() {
        // the kernel reads 6 of 12 channels
        assertThat(find("conv", 1, 8, 8, 12)).isEmpty();
    }
}
