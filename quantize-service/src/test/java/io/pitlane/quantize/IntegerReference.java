package io.pitlane.quantize;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Reference implementation of int8 graphs in plain Java, without TensorFlow: products and sums of
 * integers without any limit, then one rounding.
 */
final class IntegerReference {
    private final FlatGraph graph;
    private final Map<String, Tensor> computed = new HashMap<>();

    /** Integers that represent {@code scale * value}; floats have scale 0. */
    private record Tensor(double[] values, long[] shape, double scale) {
        int size(int axis) {
            return (int) shape[axis];
        }

        double at(int n, int y, int x, int c) {
            return values[((n * size(1) + y) * size(2) + x) * size(3) + c];
        }
    }

    private IntegerReference(FlatGraph graph) {
        this.graph = graph;
    }

    /** The values of a float tensor of the graph for one batch. */
    static FloatTensor run(FlatGraph graph, FloatTensor input, TensorRef fetch) {
        var reference = new IntegerReference(graph);
        var name = graph.signature().inputs().get(0).tensor().node();
        reference.computed.put(name, real(input));
        var result = reference.of(fetch.node());
        var values = new float[result.values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) result.values[i];
        }
        return new FloatTensor(values, result.shape);
    }

    private static Tensor real(FloatTensor tensor) {
        var values =
                IntStream.range(0, tensor.values().length).mapToDouble(i -> tensor.values()[i]);
        return new Tensor(values.toArray(), tensor.shape(), 0);
    }

    private Tensor of(String name) {
        var known = computed.get(name);
        if (known == null) {
            known = compute(graph.node(name));
            computed.put(name, known);
        }
        return known;
    }

    private Tensor input(NodeDef node, int slot) {
        return of(TensorRef.parse(node.getInput(slot)).node());
    }

    private Tensor compute(NodeDef node) {
        return switch (node.getOp()) {
            case "Const" -> constant(node);
            case "QuantizeV2" -> quantized(input(node, 0), type(node, "T"), limit(node));
            case "Dequantize" -> dequantized(input(node, 0));
            case "_FusedQuantizedConv2D" -> convolution(node, false);
            case "_FusedQuantizedDepthwiseConv2D" -> convolution(node, true);
            case "_QuantizedMatMul" -> dense(node);
            case "QuantizedMaxPool" -> pool(node, true);
            case "QuantizedAvgPool" -> pool(node, false);
            case "Reshape" ->
                    new Tensor(
                            input(node, 0).values,
                            new long[] {input(node, 0).shape[0], -1},
                            input(node, 0).scale);
            case "Bitcast" -> input(node, 0);
            case "Pad", "PadV2" -> padded(node);
            case "AddV2" -> plus(input(node, 0), input(node, 1).values[0]);
            case "Sub" -> plus(input(node, 0), -input(node, 1).values[0]);
            default -> throw new IllegalArgumentException(node.getOp() + " is not simulated");
        };
    }

    private static DataType type(NodeDef node, String attribute) {
        return Attributes.of(node).type(attribute, DataType.DT_FLOAT);
    }

    /** The end of an output range: always a node's last input. */
    private double limit(NodeDef node) {
        return input(node, node.getInputCount() - 1).values[0];
    }

    private static Tensor constant(NodeDef node) {
        TensorProto proto = node.getAttrOrThrow("value").getTensor();
        if (proto.getDtype() == DataType.DT_FLOAT) {
            return real(FloatTensor.of(node));
        }
        if (proto.getDtype() != DataType.DT_QINT8) {
            var integers = proto.getIntValList().stream().mapToDouble(Integer::doubleValue);
            return new Tensor(integers.toArray(), new long[0], 0);
        }
        var bytes = proto.getTensorContent().toByteArray();
        return new Tensor(
                IntStream.range(0, bytes.length).mapToDouble(i -> bytes[i]).toArray(),
                proto.getTensorShape().getDimList().stream().mapToLong(d -> d.getSize()).toArray(),
                1);
    }

    private static Tensor quantized(Tensor real, DataType type, double limit) {
        double scale = limit / (type == DataType.DT_QUINT8 ? 255 : 127);
        return new Tensor(
                Arrays.stream(real.values).map(v -> clamped(v / scale, type)).toArray(),
                real.shape,
                scale);
    }

    private static double clamped(double value, DataType type) {
        boolean unsigned = type == DataType.DT_QUINT8;
        return Math.max(unsigned ? 0 : -128, Math.min(unsigned ? 255 : 127, Math.rint(value)));
    }

    private static Tensor dequantized(Tensor bytes) {
        return new Tensor(
                Arrays.stream(bytes.values).map(v -> v * bytes.scale).toArray(), bytes.shape, 0);
    }

    private Tensor convolution(NodeDef node, boolean depthwise) {
        var in = input(node, 0);
        var filter = input(node, 1);
        var bias = input(node, 2);
        var fused = node.getAttrOrThrow("fused_ops").getList().getSList();
        boolean sums = fused.stream().anyMatch(op -> op.toStringUtf8().equals("Sum"));
        boolean relu = fused.stream().anyMatch(op -> op.toStringUtf8().equals("Relu"));
        var filterMax = input(node, sums ? 7 : 6);
        var window = Window.of(node, in.shape, filter.size(0), filter.size(1));
        int outputs = filter.size(depthwise ? 2 : 3);
        var real = new double[in.size(0) * window.height * window.width * outputs];
        int at = 0;
        for (int n = 0; n < in.size(0); n++) {
            for (int y = 0; y < window.height; y++) {
                for (int x = 0; x < window.width; x++) {
                    for (int o = 0; o < outputs; o++, at++) {
                        double sum = 0;
                        for (int[] tap : window.taps(y, x)) {
                            int first = depthwise ? o : 0;
                            int last = depthwise ? first : filter.size(2) - 1;
                            for (int c = first; c <= last; c++) {
                                sum +=
                                        in.at(n, tap[0], tap[1], c)
                                                * filter.at(tap[2], tap[3], c, depthwise ? 0 : o);
                            }
                        }
                        real[at] = sum * in.scale * filterMax.values[o] / 127 + bias.values[o];
                    }
                }
            }
        }
        if (sums) {
            var summand = input(node, 3);
            for (int i = 0; i < real.length; i++) {
                real[i] += summand.values[i] * summand.scale;
            }
        }
        long[] shape = {in.shape[0], window.height, window.width, outputs};
        var values = relu ? Arrays.stream(real).map(v -> Math.max(0, v)).toArray() : real;
        return quantized(new Tensor(values, shape, 0), type(node, "out_type"), limit(node));
    }

    private Tensor dense(NodeDef node) {
        var in = input(node, 0);
        var weights = input(node, 1);
        boolean transposed = Attributes.of(node).bool("transpose_b", false);
        int inputs = weights.size(transposed ? 1 : 0);
        int outputs = weights.size(transposed ? 0 : 1);
        int rows = in.values.length / inputs;
        var fused = node.getAttrOrThrow("fused_ops").getList().getSList();
        var real = new double[rows * outputs];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
                double sum = 0;
                for (int i = 0; i < inputs; i++) {
                    sum +=
                            in.values[r * inputs + i]
                                    * weights.values[transposed ? o * inputs + i : i * outputs + o];
                }
                double value =
                        sum * in.scale * input(node, 6).values[o] / 127 + input(node, 2).values[o];
                real[r * outputs + o] = activated(value, fused.get(1).toStringUtf8());
            }
        }
        var result = new Tensor(real, new long[] {rows, outputs}, 0);
        var type = type(node, "Tout");
        return type == DataType.DT_FLOAT ? result : quantized(result, type, limit(node));
    }

    private static double activated(double value, String op) {
        return switch (op) {
            case "Relu" -> Math.max(0, value);
            case "Relu6" -> Math.max(0, Math.min(6, value));
            default -> value;
        };
    }

    private Tensor pool(NodeDef node, boolean largest) {
        var in = input(node, 0);
        var size = Attributes.of(node).ints("ksize", List.of());
        var window = Window.of(node, in.shape, size.get(1).intValue(), size.get(2).intValue());
        int channels = in.size(3);
        var values = new double[in.size(0) * window.height * window.width * channels];
        int at = 0;
        for (int n = 0; n < in.size(0); n++) {
            for (int y = 0; y < window.height; y++) {
                for (int x = 0; x < window.width; x++) {
                    for (int c = 0; c < channels; c++, at++) {
                        int image = n;
                        int channel = c;
                        var stats =
                                window.taps(y, x).stream()
                                        .mapToDouble(t -> in.at(image, t[0], t[1], channel))
                                        .summaryStatistics();
                        values[at] = largest ? stats.getMax() : Math.rint(stats.getAverage());
                    }
                }
            }
        }
        return new Tensor(
                values, new long[] {in.shape[0], window.height, window.width, channels}, in.scale);
    }

    private Tensor padded(NodeDef node) {
        var in = input(node, 0);
        var by = input(node, 1).values;
        int height = in.size(1) + (int) (by[2] + by[3]);
        int width = in.size(2) + (int) (by[4] + by[5]);
        var values = new double[in.size(0) * height * width * in.size(3)];
        Arrays.fill(values, node.getInputCount() == 3 ? input(node, 2).values[0] : 0);
        for (int n = 0; n < in.size(0); n++) {
            for (int y = 0; y < in.size(1); y++) {
                for (int x = 0; x < in.size(2); x++) {
                    int row = (n * height + y + (int) by[2]) * width + x + (int) by[4];
                    for (int c = 0; c < in.size(3); c++) {
                        values[row * in.size(3) + c] = in.at(n, y, x, c);
                    }
                }
            }
        }
        return new Tensor(values, new long[] {in.shape[0], height, width, in.shape[3]}, in.scale);
    }

    private static Tensor plus(Tensor in, double added) {
        var values = Arrays.stream(in.values).map(v -> (float) (v + added)).toArray();
        return new Tensor(values, in.shape, in.scale);
    }

    /** Where a window reads, by TensorFlow's padding rules. */
    private record Window(
            int rows,
            int columns,
            int kernelHeight,
            int kernelWidth,
            int stride,
            int dilation,
            int top,
            int left,
            int height,
            int width) {

        static Window of(NodeDef node, long[] input, int kernelHeight, int kernelWidth) {
            var attributes = Attributes.of(node);
            int stride = attributes.ints("strides", List.of()).get(1).intValue();
            int dilation = attributes.ints("dilations", List.of(1L, 1L, 1L, 1L)).get(1).intValue();
            int reachY = (kernelHeight - 1) * dilation + 1;
            int reachX = (kernelWidth - 1) * dilation + 1;
            int rows = (int) input[1];
            int columns = (int) input[2];
            var padding = attributes.string("padding", "");
            var explicit = attributes.ints("explicit_paddings", List.of());
            int addY =
                    switch (padding) {
                        case "SAME" ->
                                Math.max(
                                        0,
                                        ((rows + stride - 1) / stride - 1) * stride
                                                + reachY
                                                - rows);
                        case "EXPLICIT" -> explicit.get(2).intValue() + explicit.get(3).intValue();
                        default -> 0;
                    };
            int addX =
                    switch (padding) {
                        case "SAME" ->
                                Math.max(
                                        0,
                                        ((columns + stride - 1) / stride - 1) * stride
                                                + reachX
                                                - columns);
                        case "EXPLICIT" -> explicit.get(4).intValue() + explicit.get(5).intValue();
                        default -> 0;
                    };
            boolean given = padding.equals("EXPLICIT");
            return new Window(
                    rows,
                    columns,
                    kernelHeight,
                    kernelWidth,
                    stride,
                    dilation,
                    given ? explicit.get(2).intValue() : addY / 2,
                    given ? explicit.get(4).intValue() : addX / 2,
                    (rows + addY - reachY) / stride + 1,
                    (columns + addX - reachX) / stride + 1);
        }

        /** Input row and column, then kernel row and column, of every tap inside the image. */
        List<int[]> taps(int y, int x) {
            return IntStream.range(0, kernelHeight * kernelWidth)
                    .mapToObj(
                            k ->
                                    new int[] {
                                        y * stride - top + k / kernelWidth * dilation,
                                        x * stride - left + k % kernelWidth * dilation,
                                        k / kernelWidth,
                                        k % kernelWidth
                                    })
                    .filter(t -> t[0] >= 0 && t[0] < rows && t[1] >= 0 && t[1] < columns)
                    .toList();
        }
    }
}
