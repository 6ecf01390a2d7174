package io.pitlane.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.ExportComparison;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.pass.BatchNormFolding;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports with weights in float16, in TensorFlow Lite. */
class Float16ExportTest {
    private static final int SIDE = 16;

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream().filter(name -> !name.equals("fixedBatch"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void xnnpackTakesAWholeNetworkThatGivesTheValuesOfRoundedConstants(String sample) {
        var graph = SampleGraphs.all().get(sample).get();

        try (var model = TfliteModel.open(bytes(graph, Precision.FLOAT16))) {
            assertThat(model.operatorsOutsideXnnpack()).isEmpty();
            ExportComparison.assertEqual(
                    rounded(graph), model::run, ExportComparison.RELATIVE, SIDE, 1, 3);
        }
    }

    @Test
    void theFileHasHalfTheSize() {
        var net = new TestNet(-1, 256);
        var graph = net.graph(net.dense("y", "x", 256, 256));

        assertThat(bytes(graph, Precision.FLOAT16).length)
                .isLessThan((int) (0.52 * bytes(graph, Precision.FLOAT32).length));
    }

    @Test
    void valuesThatFloat16DoesNotHoldStayFloat32() {
        var net = new TestNet(-1, 4);
        net.constant("mask", new FloatTensor(new float[] {0, -1e9f, 1, 2}, 4));
        var graph = net.graph(net.op("Mul", "y", "x", "mask"));

        try (var model = TfliteModel.open(bytes(graph, Precision.FLOAT16))) {
            ExportComparison.assertEqual(graph, model::run, ExportComparison.RELATIVE, SIDE, 2);
        }
    }

    private static FlatGraph rounded(FlatGraph graph) {
        var folded = new BatchNormFolding().apply(graph);
        var edit = folded.edit();
        folded.nodes().stream()
                .filter(FloatTensor::isFloatConst)
                .forEach(
                        node ->
                                edit.put(
                                        FloatTensor.of(node)
                                                .map(Float16ExportTest::nearest)
                                                .toConst(node.getName())));
        return edit.build();
    }

    /** The nearest number of 11 significant bits and an exponent of at least -14. */
    private static double nearest(double value) {
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), -14) - 10);
        return Math.rint(value / unit) * unit;
    }

    private static byte[] bytes(FlatGraph graph, Precision precision) {
        return TfliteExport.of(graph, precision).toBytes(ExportComparison.METADATA);
    }
}
