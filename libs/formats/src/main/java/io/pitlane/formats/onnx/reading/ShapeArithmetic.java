package io.pitlane.formats.onnx.reading;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.proto.DataType;

/**
 * Sizes that a model computes from the shape of its tensors, as exporters write them for reshapes.
 * All but the batch are known when the model is read.
 */
final class ShapeArithmetic {
    private static final long UNKNOWN = ReadTensor.UNKNOWN;

    private ShapeArithmetic() {}

    /** The integers that a node gives, as far as they are known. */
    static Optional<long[]> elements(OnnxNode node) {
        return switch (node.opType()) {
            case "Shape" -> Optional.of(shape(node));
            case "Gather" -> gather(node);
            case "Slice" -> slice(node);
            case "Concat" -> concat(node);
            case "Cast" -> cast(node);
            case "Squeeze", "Unsqueeze", "Reshape", "Identity" -> same(node);
            case "Add" -> calculate(node, Long::sum);
            case "Sub" -> calculate(node, (a, b) -> a - b);
            case "Mul" -> calculate(node, (a, b) -> a * b);
            case "Div" -> calculate(node, (a, b) -> b == 0 ? UNKNOWN : a / b);
            default -> Optional.empty();
        };
    }

    /** The axes whose sizes a Shape gives. */
    static int[] axesOfShape(OnnxNode node) {
        int rank = node.rank(0);
        long start = bound(node.integer("start", 0), rank);
        long end = bound(node.integer("end", rank), rank);
        return IntStream.range((int) start, (int) Math.max(start, end)).toArray();
    }

    private static long bound(long axis, int rank) {
        return Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
    }

    private static long[] shape(OnnxNode node) {
        var shape = node.shape(0);
        return Arrays.stream(axesOfShape(node))
                .mapToLong(axis -> shape[axis] < 0 ? UNKNOWN : shape[axis])
                .toArray();
    }

    private static Optional<long[]> gather(OnnxNode node) {
        var values = node.rank(0) == 1 ? node.elements(0) : Optional.<long[]>empty();
        var indices = node.elements(1);
        if (values.isEmpty() || indices.isEmpty()) {
            return Optional.empty();
        }
        int size = values.get().length;
        return Optional.of(
                Arrays.stream(indices.get())
                        .map(at -> at < 0 && at != UNKNOWN ? at + size : at)
                        .map(at -> at >= 0 && at < size ? values.get()[(int) at] : UNKNOWN)
                        .toArray());
    }

    private static Optional<long[]> slice(OnnxNode node) {
        var values = node.rank(0) == 1 ? node.elements(0) : Optional.<long[]>empty();
        if (values.isEmpty()) {
            return Optional.empty();
        }
        var range = SlicingReading.Range.of(node);
        if (range.size() != 1 || range.get(0).step() < 1) {
            return Optional.empty();
        }
        int size = values.get().length;
        long from = bound(range.get(0).start(), size);
        long to = bound(range.get(0).end(), size);
        long step = range.get(0).step();
        return Optional.of(
                LongStream.range(from, Math.max(from, to))
                        .filter(at -> (at - from) % step == 0)
                        .map(at -> values.get()[(int) at])
                        .toArray());
    }

    private static Optional<long[]> concat(OnnxNode node) {
        var joined = LongStream.empty();
        for (int slot = 0; slot < node.inputs(); slot++) {
            var part = node.rank(slot) == 1 ? node.elements(slot) : Optional.<long[]>empty();
            if (part.isEmpty()) {
                return Optional.empty();
            }
            joined = LongStream.concat(joined, Arrays.stream(part.get()));
        }
        return Optional.of(joined.toArray());
    }

    private static Optional<long[]> cast(OnnxNode node) {
        var type = ElementType.of((int) node.integer("to", 0));
        return type == DataType.DT_INT64 || type == DataType.DT_INT32
                ? node.elements(0)
                : Optional.empty();
    }

    private static Optional<long[]> same(OnnxNode node) {
        return node.elements(0);
    }

    private static Optional<long[]> calculate(OnnxNode node, LongBinaryOperator operator) {
        var left = node.elements(0);
        var right = node.elements(1);
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        int size = Math.max(left.get().length, right.get().length);
        if (left.get().length != size && left.get().length != 1
                || right.get().length != size && right.get().length != 1) {
            return Optional.empty();
        }
        return Optional.of(
                IntStream.range(0, size)
                        .mapToLong(
                                i -> {
                                    long a = left.get()[left.get().length == 1 ? 0 : i];
                                    long b = right.get()[right.get().length == 1 ? 0 : i];
                                    return a == UNKNOWN || b == UNKNOWN
                                            ? UNKNOWN
                                            : operator.applyAsLong(a, b);
                                })
                        .toArray());
    }
}
