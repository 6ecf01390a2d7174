package io.pitlane.prune.lowrank;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.tensorflow.proto.VersionDef;

/** Graphs of one layer, {@code layer}, that reads {@code x}. */
final class FactorTestLayers {
    static final int CHANNELS = 6;
    private static final int OUTPUTS = 8;

    private FactorTestLayers() {}

    /** A convolution with some attributes. */
    record Convolution(
            String name,
            int height,
            int width,
            long[] strides,
            long[] dilations,
            String padding,
            long[] explicit) {

        FlatGraph graph() {
            var node =
                    NodeBuilder.of("Conv2D", "layer")
                            .input("x")
                            .input("kernel")
                            .type("T", DT_FLOAT)
                            .ints("strides", 1, strides[0], strides[1], 1)
                            .ints("dilations", 1, dilations[0], dilations[1], 1)
                            .string("padding", padding);
            if (explicit.length > 0) {
                node.ints("explicit_paddings", explicit);
            }
            return FactorTestLayers.graph(
                    node, random(3, height, width, CHANNELS, OUTPUTS), -1, 13, 11, CHANNELS);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Convolution> convolutions() {
        long[] one = {1, 1};
        long[] none = {};
        return Stream.of(
                new Convolution("same", 3, 3, one, one, "SAME", none),
                new Convolution("valid", 5, 5, one, one, "VALID", none),
                new Convolution("strided", 3, 3, new long[] {2, 2}, one, "SAME", none),
                new Convolution("unequal strides", 5, 3, new long[] {1, 3}, one, "SAME", none),
                new Convolution("dilated", 3, 3, one, new long[] {2, 3}, "SAME", none),
                new Convolution(
                        "explicit padding",
                        3,
                        5,
                        new long[] {2, 1},
                        one,
                        "EXPLICIT",
                        new long[] {0, 0, 2, 0, 1, 3, 0, 0}));
    }

    static FlatGraph dense(int inputs, int outputs, boolean transposed) {
        var node =
                NodeBuilder.of("MatMul", "layer")
                        .input("x")
                        .input("kernel")
                        .type("T", DT_FLOAT)
                        .bool("transpose_b", transposed);
        var kernel = transposed ? random(3, outputs, inputs) : random(3, inputs, outputs);
        return graph(node, kernel, -1, inputs);
    }

    private static FlatGraph graph(NodeBuilder layer, FloatTensor kernel, long... input) {
        var placeholder =
                NodeBuilder.of("Placeholder", "x")
                        .type("dtype", DT_FLOAT)
                        .shape("shape", input)
                        .build();
        var in =
                new GraphSignature.Port(
                        "x", TensorRef.of("x"), DT_FLOAT, LongStream.of(input).boxed().toList());
        var out = new GraphSignature.Port("y", TensorRef.of("layer"), DT_FLOAT, List.of());
        return GraphEditor.of(
                        List.of(placeholder, kernel.toConst("kernel"), layer.build()),
                        new GraphSignature("serving_default", List.of(in), List.of(out)),
                        VersionDef.newBuilder().setProducer(1994).build())
                .build();
    }

    static FactorizableLayer layer(FlatGraph graph) {
        return FactorizableLayer.of(graph, graph.node("layer"));
    }

    /** Normal values. */
    static FloatTensor random(long seed, long... shape) {
        var random = new Random(seed);
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }

    /** Inputs of which each depends on the one before, as neighbouring pixels do. */
    static Matrix correlated(long seed, int rows, int columns) {
        var noise = random(seed, rows, columns).values();
        var values = new double[noise.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = noise[i] + (i % columns == 0 ? 0 : 0.9 * values[i - 1]);
        }
        return new Matrix(values, rows, columns);
    }

    /** Inputs in every direction alike: the error of outputs is that of weights. */
    static InputSamples white(FactorizableLayer layer) {
        int size = layer.patch();
        var identity = new Matrix(new double[size * size], size, size).plusDiagonal(1);
        return new InputSamples(identity, identity, new FactorShape.Pixels(13, 11, 13, 11));
    }

    static InputSamples correlated(FactorizableLayer layer) {
        return new InputSamples(
                correlated(5, 3000, layer.patch()),
                correlated(6, 800, layer.patch()),
                new FactorShape.Pixels(13, 11, 13, 11));
    }

    /**
     * Squared singular values from the largest to the smallest, by rotations of pairs of columns
     * (one-sided Jacobi): independent of the code under test.
     */
    static double[] jacobi(Matrix matrix) {
        int columns = matrix.columns();
        var a = matrix.values().clone();
        for (int sweep = 0; sweep < 40; sweep++) {
            for (int p = 0; p < columns; p++) {
                for (int q = p + 1; q < columns; q++) {
                    rotate(a, matrix.rows(), columns, p, q);
                }
            }
        }
        var squares = new double[columns];
        for (int i = 0; i < a.length; i++) {
            squares[i % columns] += a[i] * a[i];
        }
        Arrays.sort(squares);
        for (int i = 0; i < columns / 2; i++) {
            double swapped = squares[i];
            squares[i] = squares[columns - 1 - i];
            squares[columns - 1 - i] = swapped;
        }
        return squares;
    }

    private static void rotate(double[] a, int rows, int columns, int p, int q) {
        double pp = 0;
        double qq = 0;
        double pq = 0;
        for (int row = 0; row < rows; row++) {
            double x = a[row * columns + p];
            double y = a[row * columns + q];
            pp += x * x;
            qq += y * y;
            pq += x * y;
        }
        if (Math.abs(pq) < 1e-15 * Math.sqrt(pp * qq) || pq == 0) {
            return;
        }
        double angle = 0.5 * Math.atan2(2 * pq, pp - qq);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        for (int row = 0; row < rows; row++) {
            double x = a[row * columns + p];
            double y = a[row * columns + q];
            a[row * columns + p] = cos * x + sin * y;
            a[row * columns + q] = cos * y - sin * x;
        }
    }

    /** The sum of all values but the first. */
    static double tail(double[] values, int first) {
        return Arrays.stream(values).skip(first).sum();
    }
}
