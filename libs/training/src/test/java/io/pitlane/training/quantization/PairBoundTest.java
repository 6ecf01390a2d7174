package io.pitlane.training.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.Tensors;
import io.pitlane.training.TinyModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

class PairBoundTest {
    private static final long[] SHAPE = {3, 2, 4, 5};
    private static final int SIZE = 120;
    private static final double STEPS = 127.98;

    private final double[] weights = new double[SIZE];
    private final double[] coefficients = new double[SIZE];

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void neighboursAreBoundedAndBothHaveTheGradientOfTheirBound(int axis) {
        // Given weights up to 127 steps, some of whose pairs exceed 128
        var random = new Random(axis);
        var steps = random.doubles(SHAPE[axis], 0.005, 0.02).map(s -> (float) s).toArray();
        for (int i = 0; i < SIZE; i++) {
            double most = 127 * steps[channel(i, axis)];
            weights[i] = (float) random.nextDouble(-most, most);
            coefficients[i] = (float) random.nextGaussian();
        }

        // When
        var result = run(axis, steps);

        // Then
        var expected = bounded(weights, steps, axis);
        int changed = 0;
        for (int i = 0; i < SIZE; i++) {
            assertThat((double) result.bounded()[i]).isCloseTo(expected[i], within(1e-6));
            changed += Math.abs(expected[i] - weights[i]) > 1e-6 ? 1 : 0;
        }
        assertThat(changed).isBetween(SIZE / 10, SIZE - SIZE / 10);
        assertNeighbours(result.bounded(), steps, axis);
        for (int i = 0; i < SIZE; i++) {
            assertThat((double) result.ofWeights()[i])
                    .isCloseTo(slope(weights, i, steps, axis), within(1e-3));
        }
        for (int c = 0; c < steps.length; c++) {
            assertThat((double) result.ofSteps()[c])
                    .isCloseTo(slope(steps, c, steps, axis), within(0.2));
        }
    }

    /** The bounded weights, and the gradients of their sum weighted with the coefficients. */
    private record Result(float[] bounded, float[] ofWeights, float[] ofSteps) {}

    private Result run(int axis, double[] steps) {
        var graph = graph(axis, steps);
        try (var imported = new Graph()) {
            imported.importGraphDef(graph.toGraphDef());
            var tf = Ops.create(imported);
            var bounded =
                    imported.operation(graph.signature().outputs().get(0).tensor().node())
                            .<TFloat32>output(0);
            var flat = tf.reshape(bounded, tf.constant(new int[] {SIZE}));
            var sum =
                    tf.sum(
                            tf.math.mul(flat, tf.constant(floats(coefficients))),
                            tf.constant(new int[] {0}));
            var gradients =
                    imported.addGradients(
                            sum.asOutput(),
                            new Output<?>[] {
                                imported.operation("w").output(0), imported.operation("s").output(0)
                            });
            try (var session = new Session(imported, TensorFlowRuntime.sessionConfig());
                    var result =
                            session.runner()
                                    .fetch(bounded)
                                    .fetch(gradients[0])
                                    .fetch(gradients[1])
                                    .run()) {
                return new Result(
                        Tensors.toJava(result.get(0)).values(),
                        Tensors.toJava(result.get(1)).values(),
                        Tensors.toJava(result.get(2)).values());
            }
        }
    }

    private FlatGraph graph(int axis, double[] steps) {
        var editor = TinyModels.classifier(1, null).edit();
        editor.put(new FloatTensor(floats(weights), SHAPE).toConst("w"));
        editor.put(new FloatTensor(floats(steps), steps.length).toConst("s"));
        var bounded = PairBound.add(new SubgraphBuilder(editor, "b"), "w", SHAPE, axis, "s");
        var port = new Port("bounded", TensorRef.of(bounded), DataType.DT_FLOAT, null);
        return editor.outputs(List.of(port)).build();
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** By finite differences; {@code changed} is the array of the weights or of the steps. */
    private double slope(double[] changed, int at, double[] steps, int axis) {
        double by = changed == weights ? 1e-6 : 1e-9;
        double before = changed[at];
        changed[at] = before + by;
        double above = weighted(bounded(weights, steps, axis));
        changed[at] = before - by;
        double below = weighted(bounded(weights, steps, axis));
        changed[at] = before;
        return (above - below) / (2 * by);
    }

    private double weighted(double[] bounded) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += bounded[i] * coefficients[i];
        }
        return sum;
    }

    private static double[] bounded(double[] weights, double[] steps, int axis) {
        var bounded = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            double factor = 1;
            for (int other : new int[] {neighbour(i, axis, -1), neighbour(i, axis, 1)}) {
                double bound = STEPS * steps[channel(i, axis)];
                double sum = other < 0 ? 0 : Math.abs(weights[i] + weights[other]);
                factor = Math.min(factor, bound / Math.max(sum, bound));
            }
            bounded[i] = weights[i] * factor;
        }
        return bounded;
    }

    private static void assertNeighbours(float[] bounded, double[] steps, int axis) {
        int largest = 0;
        for (int i = 0; i < SIZE; i++) {
            int next = neighbour(i, axis, 1);
            if (next >= 0) {
                double step = steps[channel(i, axis)];
                double sum = Math.rint(bounded[i] / step) + Math.rint(bounded[next] / step);
                largest = Math.max(largest, (int) Math.abs(sum));
            }
        }
        assertThat(largest).isBetween(126, 128);
    }

    private static int channel(int i, int axis) {
        int inner = 1;
        for (int after = axis + 1; after < SHAPE.length; after++) {
            inner *= (int) SHAPE[after];
        }
        return i / inner % (int) SHAPE[axis];
    }

    /** The next or the last value of the same channel; -1 at the ends. */
    private static int neighbour(int i, int axis, int direction) {
        int other = i + direction;
        while (other >= 0 && other < SIZE && channel(other, axis) != channel(i, axis)) {
            other += direction;
        }
        return other < SIZE ? other : -1;
    }
}
