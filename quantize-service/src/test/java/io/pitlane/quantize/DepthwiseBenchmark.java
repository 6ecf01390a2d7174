package io.pitlane.quantize;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import com.google.protobuf.ByteString;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Compares depthwise 3x3 convolutions with bias and ReLU6: {@code _FusedQuantizedDepthwiseConv2D}
 * with plain Java, and its time with that of the float kernel, alone and between Dequantize and
 * QuantizeV2 as in an int8 model. All are chains of layers, called in turn.
 *
 * <pre>{@code
 * DepthwiseBenchmark ROUNDS
 * }</pre>
 */
public final class DepthwiseBenchmark {
    private static final int LAYERS = 8;
    private static final int K = 3;

    private DepthwiseBenchmark() {}

    /** How the layers compute. */
    private enum Form {
        FLOAT,
        FLOAT_IN_INT8,
        INT8
    }

    /**
     * Compares.
     *
     * @param arguments timed calls at batch 1; a sixteenth of them at batch 32
     */
    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        System.out.println("ONEDNN_MAX_CPU_ISA=" + System.getenv("ONEDNN_MAX_CPU_ISA"));
        for (int[] shape : new int[][] {{112, 32}, {56, 128}, {28, 256}, {14, 512}}) {
            System.out.printf(
                    Locale.ROOT,
                    "%d x %d x %d: largest difference from plain Java %d of 255 steps, for the"
                            + " largest inputs and weights %d%n",
                    shape[0],
                    shape[0],
                    shape[1],
                    difference(shape[0], shape[1], false),
                    difference(shape[0], shape[1], true));
            time(shape[0], shape[1], 1, rounds);
            time(shape[0], shape[1], 32, rounds / 16);
        }
    }

    private static void time(int size, int channels, int batch, int rounds) {
        var images = images(batch, size, channels, false);
        var sessions = new ArrayList<GraphSession>();
        for (var form : Form.values()) {
            sessions.add(GraphSession.open(chain(size, channels, form, LAYERS, false)));
        }
        var last = TensorRef.of("mean");
        var millis = new double[sessions.size()][rounds];
        for (int round = -rounds / 4; round < rounds; round++) {
            for (int form = 0; form < sessions.size(); form++) {
                long start = System.nanoTime();
                sessions.get(form).run(images, last);
                if (round >= 0) {
                    millis[form][round] = (System.nanoTime() - start) / 1e6 / LAYERS;
                }
            }
        }
        sessions.forEach(GraphSession::close);
        System.out.printf(
                Locale.ROOT,
                "  batch %d: float %.3f ms a layer, float between int8 %.3f, int8 %.3f; int8 takes"
                        + " %.2f of float, %.2f of float between int8%n",
                batch,
                median(millis[0]),
                median(millis[1]),
                median(millis[2]),
                median(ratios(millis[2], millis[0])),
                median(ratios(millis[2], millis[1])));
    }

    private static double[] ratios(double[] times, double[] baseline) {
        var ratios = new double[times.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = times[i] / baseline[i];
        }
        return ratios;
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The largest difference of one int8 layer from integers in plain Java, in output steps. */
    private static long difference(int size, int channels, boolean extreme) {
        var graph = chain(size, channels, Form.INT8, 1, extreme);
        var images = images(1, size, channels, extreme);
        float[] actual;
        try (var session = GraphSession.open(graph)) {
            actual = session.run(images, TensorRef.of("end")).values();
        }
        var weights = bytes(channels, 0, extreme);
        long worst = 0;
        for (int at = 0; at < actual.length; at++) {
            int c = at % channels;
            int x = at / channels % size;
            int y = at / channels / size;
            long sum = 0;
            for (int i = 0; i < K; i++) {
                for (int j = 0; j < K; j++) {
                    int row = y + i - 1;
                    int column = x + j - 1;
                    if (row >= 0 && row < size && column >= 0 && column < size) {
                        float value = images.values()[(row * size + column) * channels + c];
                        sum += Math.round(value / 6 * 255) * weights[(i * K + j) * channels + c];
                    }
                }
            }
            double real = sum * (6 / 255.0) * (limit(extreme) / 127.0) + bias(c);
            long expected = Math.round(Math.max(0, Math.min(6, real)) / 6 * 255);
            worst = Math.max(worst, Math.abs(expected - Math.round(actual[at] / 6 * 255)));
        }
        return worst;
    }

    private static FloatTensor images(int batch, int size, int channels, boolean extreme) {
        var random = new Random(3);
        var values = new float[batch * size * size * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = extreme ? 6 : Math.round(random.nextFloat() * 255) * 6 / 255f;
        }
        return new FloatTensor(values, batch, size, size, channels);
    }

    private static byte[] bytes(int channels, int seed, boolean extreme) {
        var random = new Random(seed);
        var bytes = new byte[K * K * channels];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (extreme ? 127 : random.nextInt(255) - 127);
        }
        return bytes;
    }

    private static float limit(boolean extreme) {
        return extreme ? 0.1f : 0.25f;
    }

    private static float bias(int channel) {
        return 0.01f * (channel % 7 - 3);
    }

    /** A chain of layers from {@code x} to {@code end}, and one mean of it for the timing. */
    private static FlatGraph chain(int size, int channels, Form form, int layers, boolean extreme) {
        var net = new NetBuilder(1, -1, size, size, channels);
        var editor = net.build("x").edit();
        var biases = new float[channels];
        for (int c = 0; c < channels; c++) {
            biases[c] = bias(c);
        }
        editor.put(new FloatTensor(biases, channels).toConst("bias"));
        editor.put(new FloatTensor(new float[] {0}).toConst("zero"));
        editor.put(new FloatTensor(new float[] {6}).toConst("six"));
        for (int sign : new int[] {-1, 1}) {
            var limits = new float[channels];
            Arrays.fill(limits, sign * limit(extreme));
            var name = sign < 0 ? "filter_min" : "filter_max";
            editor.put(new FloatTensor(limits, channels).toConst(name));
        }
        var in = form == Form.FLOAT ? "x" : quantize(editor, "x", "first");
        for (int i = 0; i < layers; i++) {
            var weights = new Filter(bytes(channels, i, extreme), shape(channels));
            in = layer(editor, weights, in, form, "layer" + i, limit(extreme));
        }
        if (form == Form.FLOAT) {
            editor.put(NodeBuilder.of("Identity", "end").input(in).type("T", DT_FLOAT).build());
        } else {
            editor.put(dequantize(in, "end"));
        }
        editor.put(NodeBuilder.intVector("axes", 0, 1, 2));
        editor.put(
                NodeBuilder.of("Mean", "mean")
                        .input("end")
                        .input("axes")
                        .type("T", DT_FLOAT)
                        .type("Tidx", org.tensorflow.proto.DataType.DT_INT32)
                        .bool("keep_dims", false)
                        .build());
        return editor.outputs(
                        List.of(
                                new io.pitlane.graph.GraphSignature.Port(
                                        "end", TensorRef.of("end"), DT_FLOAT, null),
                                new io.pitlane.graph.GraphSignature.Port(
                                        "mean", TensorRef.of("mean"), DT_FLOAT, null)))
                .build();
    }

    /** Signed bytes {@code [K, K, channels, 1]}. */
    private record Filter(byte[] bytes, long[] shape) {
        NodeDef toConst(String name) {
            return NodeBuilder.constant(
                    name,
                    TensorProto.newBuilder()
                            .setDtype(DT_QINT8)
                            .setTensorShape(NodeBuilder.shapeProto(shape))
                            .setTensorContent(ByteString.copyFrom(bytes))
                            .build());
        }
    }

    private static long[] shape(int channels) {
        return new long[] {K, K, channels, 1};
    }

    private static String layer(
            GraphEditor editor, Filter weights, String in, Form form, String name, float limit) {
        if (form == Form.INT8) {
            editor.put(weights.toConst(name + "/filter"));
            editor.put(int8(in, name));
            return name;
        }
        if (form == Form.FLOAT_IN_INT8) {
            editor.put(dequantize(in, name + "/dequantize"));
        }
        var values = new float[weights.bytes().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.bytes()[i] * limit / 127;
        }
        editor.put(new FloatTensor(values, weights.shape()).toConst(name + "/filter"));
        editor.put(
                NodeBuilder.of("DepthwiseConv2dNative", name + "/product")
                        .input(form == Form.FLOAT ? in : name + "/dequantize")
                        .input(name + "/filter")
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, 1L, 1L, 1L)
                        .string("padding", "SAME")
                        .build());
        editor.put(
                NodeBuilder.of("BiasAdd", name + "/sum")
                        .input(name + "/product")
                        .input("bias")
                        .type("T", DT_FLOAT)
                        .build());
        editor.put(NodeBuilder.of("Relu6", name).input(name + "/sum").type("T", DT_FLOAT).build());
        return form == Form.FLOAT ? name : quantize(editor, name, name + "/quantize");
    }

    private static NodeDef int8(String in, String name) {
        return NodeBuilder.of("_FusedQuantizedDepthwiseConv2D", name)
                .input(in)
                .input(name + "/filter")
                .input("bias")
                .input("zero")
                .input("six")
                .input("filter_min")
                .input("filter_max")
                .input("zero")
                .input("six")
                .type("Tinput", DT_QUINT8)
                .type("Tfilter", DT_QINT8)
                .type("Tbias", DT_FLOAT)
                .type("Tsummand", DT_QUINT8)
                .type("out_type", DT_QUINT8)
                .types(
                        "Thost_inputs",
                        List.of(
                                DT_QUINT8, DT_QINT8, DT_FLOAT, DT_FLOAT, DT_FLOAT, DT_FLOAT,
                                DT_FLOAT, DT_FLOAT, DT_FLOAT))
                .types("Thost_outputs", List.of(DT_QUINT8, DT_FLOAT, DT_FLOAT))
                .types("Tdevice_inputs", List.of())
                .types("Tdevice_outputs", List.of())
                .string("data_format", "NHWC")
                .string("padding", "SAME")
                .ints("explicit_paddings")
                .ints("strides", 1L, 1L, 1L, 1L)
                .ints("dilations", 1L, 1L, 1L, 1L)
                .bool("is_filter_const", true)
                .bool("is_bias_const", true)
                .strings("fused_ops", List.of("BiasAdd", "Relu", "Requantize"))
                .build();
    }

    private static String quantize(GraphEditor editor, String in, String name) {
        editor.put(
                NodeBuilder.of("QuantizeV2", name)
                        .input(in)
                        .input("zero")
                        .input("six")
                        .type("T", DT_QUINT8)
                        .string("mode", "SCALED")
                        .string("round_mode", "HALF_TO_EVEN")
                        .build());
        return name;
    }

    private static NodeDef dequantize(String in, String name) {
        return NodeBuilder.of("Dequantize", name)
                .input(in)
                .input("zero")
                .input("six")
                .type("T", DT_QUINT8)
                .type("dtype", DT_FLOAT)
                .string("mode", "SCALED")
                .build();
    }
}
