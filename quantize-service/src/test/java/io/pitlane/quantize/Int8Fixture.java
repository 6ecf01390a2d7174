package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.NodeDef;

/** Inputs, quantization, and comparisons with plain Java and with the float graph, for tests. */
final class Int8Fixture {
    static final Calibration MIN_MAX = new Calibration(Calibration.Method.MIN_MAX, 100.0, 8);

    static final QuantizeStep PLAIN =
            QuantizeStep.builder().calibration(MIN_MAX).corrections(Corrections.NONE).build();

    private Int8Fixture() {}

    /** The graph with the int8 kernels of TensorFlow. */
    static FlatGraph quantize(FlatGraph graph, FloatTensor input) {
        return lowered(new PostTrainingInt8(PLAIN).quantize(graph, List.of(input))).graph();
    }

    /** The quantized graph with the int8 kernels of TensorFlow. */
    static PostTrainingInt8.QuantizedModel lowered(PostTrainingInt8.QuantizedModel quantized) {
        var graph = quantized.graph();
        var precision = ModelExports.precisionOf(ModelFormat.TENSORFLOW, graph);
        return new PostTrainingInt8.QuantizedModel(
                TensorFlowExport.of(graph, precision).graph(),
                quantized.floats(),
                quantized.notes(),
                quantized.ranges());
    }

    static List<String> ops(FlatGraph graph) {
        return graph.nodes().stream().map(NodeDef::getOp).toList();
    }

    /** The values of the first output, which must be the same in five runs. */
    static float[] output(FlatGraph graph, FloatTensor input) {
        try (var session = GraphSession.open(graph)) {
            var first = session.run(input).get(0).values();
            for (int i = 0; i < 4; i++) {
                assertThat(session.run(input).get(0).values()).isEqualTo(first);
            }
            return first;
        }
    }

    /**
     * Checks TensorFlow against plain Java.
     *
     * @param steps the largest difference, in 1/127 of the largest output
     */
    static void assertSame(FlatGraph int8, FloatTensor input, double steps) {
        var fetch = int8.signature().outputs().get(0).tensor();
        var expected = IntegerReference.run(int8, input, fetch).values();
        var actual = output(int8, input);
        assertThat(actual).hasSameSizeAs(expected);
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        assertThat(largest).isPositive();
        assertThat(worst / largest * 127).isLessThanOrEqualTo(steps * 1.01);
    }

    /** The relative L2 distance of an int8 graph's output from the float graph's. */
    static double relativeError(FlatGraph float32, FlatGraph int8, FloatTensor input) {
        var expected = output(float32, input);
        var actual = output(int8, input);
        assertThat(actual).hasSameSizeAs(expected);
        double error = 0;
        double size = 0;
        for (int i = 0; i < actual.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / size);
    }

    /** Values from 0 to 255. */
    static FloatTensor unsigned(long... shape) {
        return signed(shape).map(v -> Math.min(255, Math.abs(v) * 100));
    }

    /** Values around 0. */
    static FloatTensor signed(long... shape) {
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        var random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }
}
