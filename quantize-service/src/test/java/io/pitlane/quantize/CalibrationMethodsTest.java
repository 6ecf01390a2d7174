package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Calibration.RangeMethod;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationMethodsTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(8, 16, 16, 3);

    private final FlatGraph graph = graph();

    private static FlatGraph graph() {
        var net = new NetBuilder(5, -1, 16, 16, 3);
        var first = net.unary("Relu", "relu1", net.convBias("conv1", "x", 3, 3, 8, 1));
        var second = net.unary("Relu", "relu2", net.convBias("conv2", first, 3, 8, 8, 1));
        return net.build(net.dense("last", net.globalMean("mean", second, false), 8, 4));
    }

    private static PostTrainingInt8.QuantizedModel quantize(
            FlatGraph graph, Map<String, RangeMethod> layers) {
        var calibration = new Calibration(Method.MIN_MAX, null, 8, layers);
        var step = QuantizeStep.builder().calibration(calibration).build();
        return new PostTrainingInt8(step).quantize(graph, List.of(IMAGES));
    }

    @Test
    void aLayerCanHaveAMethodOfItsOwn() {
        // Given
        var all = quantize(graph, null).ranges();

        // When
        var chosen =
                quantize(graph, Map.of("conv2", new RangeMethod(Method.PERCENTILE, 90.0))).ranges();

        // Then
        assertThat(all).extracting("tensor").containsExactly("x", "conv1", "conv2", "mean", "last");
        assertThat(all).extracting("method").containsOnly(Method.MIN_MAX);
        assertThat(chosen.get(2).method()).isEqualTo(Method.PERCENTILE);
        assertThat(chosen.get(2).max()).isPositive().isLessThan(all.get(2).max() * 0.8f);
        assertThat(chosen.get(1)).isEqualTo(all.get(1));
    }

    @Test
    void theInputIsNeverClipped() {
        // Given
        var layers = Map.of("*", new RangeMethod(Method.PERCENTILE, 50.0));

        // When
        var ranges = quantize(graph, layers).ranges();

        // Then
        assertThat(ranges.get(0).max()).isEqualTo(255);
        assertThat(ranges.get(0).method()).isEqualTo(Method.MIN_MAX);
    }

    @Test
    void aPatternThatMatchesNothingIsAnError() {
        assertThatThrownBy(
                        () ->
                                quantize(
                                        graph,
                                        Map.of("conw*", new RangeMethod(Method.MIN_MAX, null))))
                .hasMessageContaining("quantize.calibration.layers: the model has no layer 'conw*'")
                .hasMessageContaining("its layers are conv1, conv2, last");
    }
}
