package io.pitlane.graph;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.stream.Stream;

/**
 * A classifier of four classes for grey 8x8 images around one layer of any operation of the table:
 * the layer {@value #LAYER} with the kernel {@value #KERNEL}, then a dense layer.
 */
public final class LayerNets {
    /** Name of the layer. */
    public static final String LAYER = "layer";

    /** Name of its kernel. */
    public static final String KERNEL = "layer/kernel";

    private static final int CLASSES = 4;

    private LayerNets() {}

    /**
     * An operation with its kernel at one of its inputs.
     *
     * @param operation a layer of the table
     * @param slot which input the kernel is
     */
    public record Variant(Operation operation, int slot) {

        /** The classifier around this layer. */
        public FlatGraph net() {
            return LayerNets.net(this);
        }

        @Override
        public String toString() {
            return operation.name() + ", kernel at input " + slot;
        }
    }

    /** Every layer of the table, with its kernel at each input at which it may be. */
    public static Stream<Variant> variants() {
        return Operations.all().stream()
                .filter(operation -> operation.kind() == Kind.LAYER)
                .flatMap(
                        operation ->
                                operation.weightSlots().stream()
                                        .map(slot -> new Variant(operation, slot)));
    }

    private static FlatGraph net(Variant variant) {
        var net = new TestNet(-1, 8, 8, 1);
        int features = layer(net, variant);
        var flat = net.reshape("flat", net.relu(outputOf(variant)), -1, features);
        var scores = net.bias("bias", net.dense("scores", flat, features, CLASSES), CLASSES);
        return net.graph(net.op("Softmax", "probs", scores));
    }

    /** A matrix product with its kernel on the left has the batch last. */
    private static String outputOf(Variant variant) {
        return isLeftMatrix(variant) ? "transposed" : LAYER;
    }

    private static boolean isLeftMatrix(Variant variant) {
        var name = variant.operation().name();
        return variant.slot() == 0 && (name.equals("MatMul") || name.equals("BatchMatMul"));
    }

    /** Adds the layer; returns how many values it gives for one image. */
    private static int layer(TestNet net, Variant variant) {
        boolean left = variant.slot() == 0;
        return switch (variant.operation().name()) {
            case "Conv" -> conv(net);
            case "Conv2D" -> conv2d(net);
            case "Conv3D" -> conv3d(net);
            case "DepthwiseConv2dNative" -> depthwise(net);
            case "Conv2DBackpropInput" -> upConv2d(net);
            case "Conv3DBackpropInputV2" -> upConv3d(net);
            case "MatMul" -> left ? leftMatrix(net, "MatMul", "transpose_b") : matMul(net);
            case "BatchMatMul" ->
                    left ? leftMatrix(net, "BatchMatMul", "adj_y") : batchMatMulOfRows(net);
            case "BatchMatMulV2", "BatchMatMulV3" -> batchMatMul(net, variant);
            case "Einsum" -> einsum(net, left);
            default ->
                    throw new IllegalArgumentException("no net is written for " + variant + " yet");
        };
    }

    private static int conv2d(TestNet net) {
        net.conv(LAYER, "x", 1, 4);
        return 8 * 8 * 4;
    }

    private static int conv(TestNet net) {
        net.weight(KERNEL, 0.3, 3, 3, 1, 4);
        net.put(floats("Conv", "x", KERNEL).ints("strides", 1L, 1, 1, 1).string("padding", "SAME"));
        return 8 * 8 * 4;
    }

    private static int depthwise(TestNet net) {
        net.depthwise(LAYER, net.reshape("pairs", "x", -1, 8, 4, 2), 2, 2);
        return 8 * 4 * 4;
    }

    private static int upConv2d(TestNet net) {
        net.upConv(LAYER, net.reshape("small", "x", -1, 4, 4, 4), 4, 4, 3);
        return 8 * 8 * 3;
    }

    private static int conv3d(TestNet net) {
        net.weight(KERNEL, 0.3, 2, 2, 2, 1, 3);
        net.put(
                floats("Conv3D", net.reshape("volume", "x", -1, 4, 4, 4, 1), KERNEL)
                        .ints("strides", 1L, 1, 1, 1, 1)
                        .string("padding", "SAME"));
        return 4 * 4 * 4 * 3;
    }

    private static int upConv3d(TestNet net) {
        var small = net.reshape("volume", "x", -1, 2, 2, 4, 4);
        net.weight(KERNEL, 0.3, 2, 2, 2, 3, 4);
        net.put(
                floats("Conv3DBackpropInputV2", net.shapeLike(LAYER, small, 4, 4, 4, 3), KERNEL)
                        .input(small)
                        .ints("strides", 1L, 2, 2, 1, 1)
                        .string("padding", "SAME"));
        return 4 * 4 * 4 * 3;
    }

    private static int matMul(TestNet net) {
        net.dense(LAYER, net.reshape("row", "x", -1, 64), 64, 6);
        return 6;
    }

    /** The first form of the operation wants the same batch dimensions on both sides: none. */
    private static int batchMatMulOfRows(TestNet net) {
        net.weight(KERNEL, 0.2, 6, 64);
        net.put(floats("BatchMatMul", net.reshape("row", "x", -1, 64), KERNEL).bool("adj_y", true));
        return 6;
    }

    private static int leftMatrix(TestNet net, String op, String transposeOther) {
        net.weight(KERNEL, 0.2, 6, 64);
        net.put(floats(op, KERNEL, net.reshape("row", "x", -1, 64)).bool(transposeOther, true));
        net.op("Transpose", "transposed", LAYER, net.vector("transposed/axes", 1, 0));
        return 6;
    }

    private static int batchMatMul(TestNet net, Variant variant) {
        var matrices = net.reshape("matrices", "x", -1, 8, 8);
        net.weight(KERNEL, 0.3, variant.slot() == 0 ? new long[] {5, 8} : new long[] {8, 5});
        var name = variant.operation().name();
        net.put(
                variant.slot() == 0
                        ? floats(name, KERNEL, matrices)
                        : floats(name, matrices, KERNEL));
        return 8 * 5;
    }

    private static int einsum(TestNet net, boolean left) {
        var matrices = net.reshape("matrices", "x", -1, 8, 8);
        net.weight(KERNEL, 0.3, 8, 5);
        net.put(
                (left ? floats("Einsum", KERNEL, matrices) : floats("Einsum", matrices, KERNEL))
                        .string("equation", left ? "cd,abc->abd" : "abc,cd->abd")
                        .integer("N", 2));
        return 8 * 5;
    }

    private static NodeBuilder floats(String op, String... inputs) {
        var node = NodeBuilder.of(op, LAYER);
        for (var input : inputs) {
            node.input(input);
        }
        return op.equals("BatchMatMulV3")
                ? node.type("Ta", DT_FLOAT).type("Tb", DT_FLOAT).type("Tout", DT_FLOAT)
                : node.type("T", DT_FLOAT);
    }
}
