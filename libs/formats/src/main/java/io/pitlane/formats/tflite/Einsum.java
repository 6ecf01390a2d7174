package io.pitlane.formats.tflite;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.ndarray.Shape;

/**
 * Einsum of two tensors, which TFLite does not have: both are brought to the form of a product of
 * matrices, {@code [batch..., free, summed]} by {@code [batch..., summed, free]}, and the product
 * is brought to the order of the equation.
 */
final class Einsum {
    private final OpNode node;
    private final String left;
    private final String right;
    private final String result;

    private Einsum(OpNode node, String left, String right, String result) {
        this.node = node;
        this.left = left;
        this.right = right;
        this.result = result;
    }

    static void convert(OpNode node) {
        var equation = node.attributes().string("equation", "").replace(" ", "");
        var sides = equation.split("->", -1);
        var factors = sides[0].split(",");
        if (sides.length != 2 || factors.length != 2 || equation.contains(".")) {
            throw node.unsupported("its equation is not one of two tensors with named axes");
        }
        new Einsum(node, factors[0], factors[1], sides[1]).write();
    }

    private void write() {
        var batch = axes(left, label -> has(right, label) && has(result, label));
        var summed = axes(left, label -> has(right, label) && !has(result, label));
        var freeLeft = axes(left, label -> !has(right, label));
        var freeRight = axes(right, label -> !has(left, label));
        if (!Stream.of(left, right, result).allMatch(Einsum::isDistinct)
                || !(freeLeft + freeRight).chars().allMatch(label -> has(result, label))) {
            throw node.unsupported("its equation takes a diagonal or sums one tensor alone");
        }
        var product =
                node.step(
                        node.operator(BuiltinOperator.BATCH_MATMUL)
                                .input(matrices(0, left, batch, freeLeft, summed))
                                .input(matrices(1, right, batch, summed, freeRight)),
                        TensorType.FLOAT32,
                        folded(batch, freeLeft, freeRight));
        var axes = batch + freeLeft + freeRight;
        var unfolded = reshaped(product, folded(batch, freeLeft, freeRight), sizes(axes));
        node.result(
                node.operator(BuiltinOperator.TRANSPOSE)
                        .input(unfolded)
                        .input(node.vector("order", permutation(axes, result))));
    }

    private static String axes(String labels, IntPredicate condition) {
        return labels.chars()
                .filter(condition)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean has(String labels, int label) {
        return labels.indexOf(label) >= 0;
    }

    private static boolean isDistinct(String labels) {
        return labels.chars().distinct().count() == labels.length();
    }

    /** A factor as matrices with {@code rows} and {@code columns} folded to one axis each. */
    private TfliteTensor matrices(
            int slot, String labels, String batch, String rows, String columns) {
        var axes = batch + rows + columns;
        var ordered = node.tensor(slot);
        if (!axes.equals(labels)) {
            ordered =
                    node.step(
                            node.operator(BuiltinOperator.TRANSPOSE)
                                    .input(ordered)
                                    .input(node.vector("order", permutation(labels, axes))),
                            TensorType.FLOAT32,
                            sizes(axes));
        }
        return reshaped(ordered, sizes(axes), folded(batch, rows, columns));
    }

    private TfliteTensor reshaped(TfliteTensor tensor, Shape from, Shape to) {
        if (from.equals(to)) {
            return tensor;
        }
        if (Arrays.stream(to.asArray()).filter(size -> size < 0).count() > 1) {
            throw node.unsupported("more than one of its sizes is not fixed");
        }
        return node.step(
                node.operator(BuiltinOperator.RESHAPE)
                        .input(tensor)
                        .input(node.vector("sizes", to.asArray())),
                TensorType.FLOAT32,
                to);
    }

    private Shape folded(String batch, String rows, String columns) {
        var sizes = Arrays.copyOf(sizes(batch).asArray(), batch.length() + 2);
        sizes[batch.length()] = product(rows);
        sizes[batch.length() + 1] = product(columns);
        return Shape.of(sizes);
    }

    private long product(String labels) {
        var sizes = sizes(labels).asArray();
        return Arrays.stream(sizes).anyMatch(size -> size < 0)
                ? -1
                : Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    private Shape sizes(String labels) {
        return Shape.of(labels.chars().mapToLong(this::size).toArray());
    }

    private long size(int label) {
        return has(left, label)
                ? node.shape(0).get(left.indexOf(label))
                : node.shape(1).get(right.indexOf(label));
    }

    private static long[] permutation(String from, String to) {
        return to.chars().mapToLong(from::indexOf).toArray();
    }
}
