package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.images;
import static io.pitlane.formats.onnx.OpCase.named;
import static io.pitlane.formats.onnx.OpCase.node;
import static io.pitlane.formats.onnx.OpCase.rows;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Uses of products, operations on every element, and reductions. */
final class ArithmeticCases {
    private ArithmeticCases() {}

    static Stream<OpCase> all() {
        return Stream.of(products(), elementwise(), reductions()).flatMap(List::stream);
    }

    private static List<OpCase> products() {
        return List.of(
                rows("MatMul", (net, x) -> net.dense("y", x, 9, 5)),
                rows("MatMul with bias", (net, x) -> net.bias("b", net.dense("d", x, 9, 5), 5)),
                rows(
                        "MatMul with a transposed kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 5, 9);
                            return net.put(node("MatMul", x, "k").bool("transpose_b", true));
                        }),
                rows(
                        "MatMul with the kernel on the left",
                        (net, x) -> {
                            net.weight("k", 0.3, 9, 5);
                            return net.put(
                                    node("MatMul", "k", x)
                                            .bool("transpose_a", true)
                                            .bool("transpose_b", true));
                        }),
                images(
                        "BatchMatMulV2 by a kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 4, 6);
                            return net.put(node("BatchMatMulV2", x, "k"));
                        }),
                images(
                        "BatchMatMulV3 by a kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 4, 6);
                            return net.put(
                                    NodeBuilder.of("BatchMatMulV3", "y")
                                            .input(x)
                                            .input("k")
                                            .type("Ta", DT_FLOAT)
                                            .type("Tb", DT_FLOAT)
                                            .type("Tout", DT_FLOAT));
                        }),
                images(
                        "BatchMatMulV2 of features by themselves",
                        (net, x) -> net.put(node("BatchMatMulV2", x, x).bool("adj_y", true))),
                images(
                        "BatchMatMul of transposed features",
                        (net, x) -> net.put(node("BatchMatMul", x, x).bool("adj_x", true))),
                images(
                        "BatchMatMulV2 by a transposed kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 6, 4);
                            return net.put(node("BatchMatMulV2", x, "k").bool("adj_y", true));
                        }),
                images(
                        "Einsum",
                        (net, x) -> {
                            net.weight("k", 0.3, 4, 6);
                            return net.put(
                                    node("Einsum", x, "k")
                                            .string("equation", "abcd,de->aebc")
                                            .integer("N", 2));
                        }));
    }

    private static void limits(TestNet net, float min, float max) {
        net.constant("min", new FloatTensor(new float[] {min}));
        net.constant("max", new FloatTensor(new float[] {max}));
    }

    private static List<OpCase> elementwise() {
        var cases = new ArrayList<OpCase>();
        cases.add(images("hard sigmoid", HardFunctions::sigmoid));
        cases.add(images("hard sigmoid of another slope", HardFunctions::steeperSigmoid));
        cases.add(images("hard swish", HardFunctions::swish));
        cases.add(rows("hard swish of products", HardFunctions::swishOfProducts));
        for (var op :
                List.of(
                        "Relu",
                        "Relu6",
                        "Elu",
                        "Selu",
                        "Sigmoid",
                        "Tanh",
                        "Softplus",
                        "Softsign",
                        "Abs",
                        "Erf",
                        "Exp",
                        "Neg",
                        "Square",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Rint",
                        "Sign",
                        "Sin",
                        "Cos",
                        "Tan",
                        "Atan",
                        "Sinh",
                        "Cosh",
                        "Asinh",
                        "LRN",
                        "Expm1",
                        "Identity",
                        "Softmax",
                        "LogSoftmax",
                        "LeakyRelu")) {
            cases.add(images(op, (net, x) -> net.put(node(op, x))));
        }
        for (var op : List.of("Log", "Log1p", "Sqrt", "Rsqrt", "Reciprocal")) {
            cases.add(images(op, (net, x) -> net.put(node(op, positive(net, x)))));
        }
        for (var op : List.of("Asin", "Acos", "Atanh")) {
            cases.add(images(op, (net, x) -> net.put(node(op, net.op("Softsign", "inside", x)))));
        }
        cases.add(
                images(
                        "Acosh",
                        (net, x) -> {
                            net.constant("one", new FloatTensor(new float[] {1}));
                            var above = net.op("AddV2", "above", positive(net, x), "one");
                            return net.put(node("Acosh", above));
                        }));
        cases.add(
                images(
                        "LRN of three channels",
                        (net, x) ->
                                net.put(
                                        node("LRN", x)
                                                .integer("depth_radius", 1)
                                                .number("alpha", 0.3f)
                                                .number("beta", 0.75f)
                                                .number("bias", 2))));
        for (var op : List.of("Softmax", "LogSoftmax")) {
            cases.add(rows(op + " of rows", (net, x) -> net.put(node(op, x))));
        }
        cases.add(
                images(
                        "QuantizeAndDequantizeV3",
                        (net, x) -> {
                            limits(net, -8, 8);
                            net.ints("bits", 8);
                            return net.put(
                                    node("QuantizeAndDequantizeV3", x, "min", "max", "bits")
                                            .bool("narrow_range", true));
                        }));
        cases.add(
                images(
                        "FakeQuantWithMinMaxVars",
                        (net, x) -> {
                            limits(net, -1, 1.55f);
                            return net.put(node("FakeQuantWithMinMaxVars", x, "min", "max"));
                        }));
        cases.add(
                images(
                        "LeakyRelu 0.1",
                        (net, x) -> net.put(node("LeakyRelu", x).number("alpha", 0.1f))));
        for (var op :
                List.of(
                        "Add",
                        "AddV2",
                        "Sub",
                        "Mul",
                        "Maximum",
                        "Minimum",
                        "SquaredDifference",
                        "AddN")) {
            if (!op.equals("AddN")) {
                cases.add(broadcast(op, 4));
                cases.add(broadcast(op, 1, 5, 1));
                cases.add(broadcast(op, 7, 5, 4));
                cases.add(broadcast(op));
            }
            cases.add(
                    images(
                            op + " of two tensors",
                            (net, x) -> {
                                var node = node(op, x, net.conv("c", x, 4, 4));
                                return net.put(op.equals("AddN") ? node.integer("N", 2) : node);
                            }));
        }
        cases.add(
                images(
                        "Sub from a constant",
                        (net, x) -> net.put(node("Sub", net.weight("c", 1, 4), x))));
        cases.add(
                images(
                        "RealDiv",
                        (net, x) ->
                                net.put(
                                        node(
                                                "RealDiv",
                                                x,
                                                positive(net, net.weight("c", 1, 5, 4))))));
        cases.add(
                images(
                        "Pow",
                        (net, x) -> {
                            net.constant("e", new FloatTensor(new float[] {1.5f}));
                            return net.put(node("Pow", positive(net, x), "e"));
                        }));
        cases.add(
                images(
                        "ClipByValue",
                        (net, x) -> {
                            net.constant("low", new FloatTensor(new float[] {-0.5f}));
                            net.constant("high", new FloatTensor(new float[] {0.75f}));
                            return net.put(node("ClipByValue", x, "low", "high"));
                        }));
        cases.add(
                images(
                        "DivNoNan by values some of which are 0",
                        (net, x) -> {
                            net.constant("d", new FloatTensor(new float[] {0, 2, -0.5f, 0}, 4));
                            return net.put(node("DivNoNan", x, "d"));
                        }));
        cases.add(
                images(
                        "OnesLike and ZerosLike",
                        (net, x) -> {
                            var ones = net.op("OnesLike", "ones", x);
                            var shifted = net.op("Sub", "shifted", x, ones);
                            return net.op("Maximum", "y", shifted, net.op("ZerosLike", "zeros", x));
                        }));
        cases.add(
                images(
                        "Mul by a gate of the channels",
                        (net, x) ->
                                net.put(
                                        node(
                                                "Mul",
                                                x,
                                                net.op(
                                                        "Sigmoid",
                                                        "g",
                                                        net.globalMean("m", x, true))))));
        cases.add(
                images(
                        "Mul by computed values of lower rank",
                        (net, x) -> {
                            net.vector("first", 0);
                            net.vector("second", 1);
                            net.vector("step", 1);
                            var one =
                                    net.put(
                                            named(
                                                            "one",
                                                            "StridedSlice",
                                                            x,
                                                            "first",
                                                            "second",
                                                            "step")
                                                    .type("Index", DT_INT32)
                                                    .integer("shrink_axis_mask", 1));
                            return net.put(node("Mul", x, one));
                        }));
        cases.add(
                images(
                        "BiasAdd of features that are read twice",
                        (net, x) -> net.op("AddV2", "y", net.bias("b", x, 4), x)));
        cases.add(images("FusedBatchNormV3", (net, x) -> net.batchNorm("y", x, 4)));
        cases.add(
                images(
                        "FusedBatchNormV3 by the batch",
                        (net, x) -> {
                            net.weight("scale", 1, 4);
                            net.weight("offset", 1, 4);
                            net.constant("none", new FloatTensor(new float[0], 0));
                            return net.put(
                                    node("FusedBatchNormV3", x, "scale", "offset", "none", "none")
                                            .type("U", DT_FLOAT)
                                            .number("epsilon", 0.01f)
                                            .bool("is_training", true));
                        }));
        for (var op : List.of("FusedBatchNorm", "FusedBatchNormV2")) {
            cases.add(
                    images(
                            op,
                            (net, x) -> {
                                net.batchNorm("unused", x, 4);
                                var node =
                                        node(
                                                        op,
                                                        net.relu(x),
                                                        "unused/gamma",
                                                        "unused/beta",
                                                        "unused/mean",
                                                        "unused/variance")
                                                .bool("is_training", false);
                                return net.put(op.endsWith("V2") ? node.type("U", DT_FLOAT) : node);
                            }));
        }
        cases.add(
                images(
                        "Cast to int32 and back",
                        (net, x) ->
                                cast(
                                        net,
                                        "y",
                                        cast(net, "i", x, DT_FLOAT, DT_INT32),
                                        DT_INT32,
                                        DT_FLOAT)));
        return cases;
    }

    private static OpCase broadcast(String op, long... shape) {
        return images(
                op + " by a constant of rank " + shape.length,
                (net, x) -> net.put(node(op, x, net.weight("c", 1, shape))));
    }

    /** Values from 0.5 on. */
    private static String positive(TestNet net, String x) {
        net.constant("half", new FloatTensor(new float[] {0.5f}));
        return net.op("AddV2", "positive", net.op("Abs", "absolute", x), "half");
    }

    private static String cast(TestNet net, String name, String x, DataType from, DataType to) {
        return net.put(NodeBuilder.of("Cast", name).input(x).type("SrcT", from).type("DstT", to));
    }

    private static List<OpCase> reductions() {
        var cases = new ArrayList<OpCase>();
        for (var op : List.of("Mean", "Max", "Min", "Sum", "Prod")) {
            for (boolean keep : new boolean[] {true, false}) {
                for (var axes :
                        List.of(
                                new int[] {1, 2},
                                new int[] {-1},
                                new int[] {1},
                                new int[] {3, 1})) {
                    cases.add(
                            images(
                                    "%s along %d axes from %d, keep %s"
                                            .formatted(op, axes.length, axes[0], keep),
                                    (net, x) ->
                                            net.put(
                                                    node(op, x, net.vector("a", axes))
                                                            .type("Tidx", DT_INT32)
                                                            .bool("keep_dims", keep))));
                }
            }
            cases.add(
                    images(
                            op + " along no axis",
                            (net, x) ->
                                    net.put(node(op, x, net.vector("a")).type("Tidx", DT_INT32))));
        }
        for (boolean exclusive : new boolean[] {false, true}) {
            cases.add(
                    images(
                            "Cumsum, exclusive %s".formatted(exclusive),
                            (net, x) ->
                                    net.put(
                                            node("Cumsum", x, net.ints("a", 2))
                                                    .type("Tidx", DT_INT32)
                                                    .bool("exclusive", exclusive)
                                                    .bool("reverse", exclusive))));
        }
        for (var op : List.of("ArgMax", "ArgMin")) {
            for (int axis : new int[] {3, 1, -2}) {
                for (var type : List.of(DT_INT64, DT_INT32)) {
                    cases.add(
                            images(
                                    "%s along %d as %s".formatted(op, axis, type),
                                    (net, x) ->
                                            cast(
                                                    net,
                                                    "y",
                                                    net.put(
                                                            named("i", op, x, net.ints("a", axis))
                                                                    .type("Tidx", DT_INT32)
                                                                    .type("output_type", type)),
                                                    type,
                                                    DT_FLOAT)));
                }
            }
        }
        return cases;
    }
}
