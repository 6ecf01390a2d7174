package io.pitlane.training.quantization;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.Quantization;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.proto.NodeDef;

/**
 * Keeps the sum of two neighbouring weights of an output channel within 128 steps while weights and
 * steps are trained, as {@link io.pitlane.graph.quantization.WeightQuantization} requires: both are
 * reduced by the factor that their sum needs.
 *
 * <pre>
 * factor[i] = bound / max(|w[i] + w[i + 1]|, bound)
 * bounded[i] = w[i] * min(factor[i - 1], factor[i])
 * </pre>
 */
final class PairBound {
    /** A little less than 128, so that two roundings never reach 129. */
    private static final double STEPS = 127.98;

    private PairBound() {}

    /**
     * The axis of the output channels of weights that keep the bound: those of 8 bits that have it
     * at the start. Empty for others, for depthwise kernels, and for activations.
     */
    static OptionalInt axis(FlatGraph graph, NodeDef fakeQuantization, Quantization quantization) {
        var constant = graph.input(fakeQuantization, 0);
        if (!FloatTensor.isFloatConst(constant)
                || !quantization.signed()
                || quantization.bits() != 8) {
            return OptionalInt.empty();
        }
        var weights = FloatTensor.of(constant);
        return graph.uses(fakeQuantization.getName()).stream()
                .flatMapToInt(use -> outputAxis(use, weights.rank()).stream())
                .filter(axis -> holds(quantization.integers(weights), axis))
                .findFirst();
    }

    private static boolean holds(FloatTensor integers, int axis) {
        int inner = 1;
        for (int after = axis + 1; after < integers.rank(); after++) {
            inner *= (int) integers.shape()[after];
        }
        var last = new float[(int) integers.shape()[axis]];
        for (int i = 0; i < integers.values().length; i++) {
            int channel = i / inner % last.length;
            if (Math.abs(last[channel] + integers.values()[i]) > 128) {
                return false;
            }
            last[channel] = integers.values()[i];
        }
        return true;
    }

    private static OptionalInt outputAxis(FlatGraph.Use use, int rank) {
        return Operations.of(use.consumer())
                .kernel()
                .map(layout -> layout.outputAxis(use.consumer(), use.slot(), rank))
                .orElse(OptionalInt.empty());
    }

    /**
     * Adds the nodes, differentiable by weights and step.
     *
     * @param weights a tensor of this shape, each value within 127 steps
     * @param axis of the output channels
     * @param step a scalar, or a vector of one a channel
     * @return the bounded weights
     */
    static String add(SubgraphBuilder nodes, String weights, long[] shape, int axis, String step) {
        int last = shape.length - 1;
        if (axis == last) {
            return nodes.reshape("paired", rows(nodes, weights, shape, axis, step), ints(shape));
        }
        int[] channelsLast = order(shape.length, axis, last);
        var moved = nodes.transpose("channels_last", weights, channelsLast);
        var sizes = IntStream.of(channelsLast).map(i -> (int) shape[i]).toArray();
        var bounded = nodes.reshape("paired", rows(nodes, moved, shape, axis, step), sizes);
        return nodes.transpose("channels_back", bounded, order(shape.length, last, axis));
    }

    /** The bounded weights as a matrix with one column a channel, whose axis is the last one. */
    private static String rows(
            SubgraphBuilder nodes, String weights, long[] shape, int axis, String step) {
        int channels = (int) shape[axis];
        int count = IntStream.of(ints(shape)).reduce(1, (a, b) -> a * b) / channels;
        var rows = nodes.reshape("rows", weights, -1, channels);
        var framed = nodes.framed("framed", rows);
        var before = nodes.rows("before", framed, 0, count + 1);
        var after = nodes.rows("after", framed, 1, count + 1);
        var sums = nodes.unary("Abs", "sums", nodes.binary("AddV2", "pairs", before, after));
        var bound = nodes.binary("Mul", "bound", step, nodes.constant("bound/steps", STEPS));
        var largest = nodes.binary("Maximum", "largest", sums, bound);
        var factors = nodes.binary("RealDiv", "factors", bound, largest);
        var factor =
                nodes.binary(
                        "Minimum",
                        "factor",
                        nodes.rows("factor_before", factors, 0, count),
                        nodes.rows("factor_after", factors, 1, count));
        return nodes.binary("Mul", "bounded_rows", rows, factor);
    }

    /** The permutation that moves one axis to another position. */
    private static int[] order(int rank, int from, int to) {
        var axes = IntStream.range(0, rank).filter(i -> i != from).boxed().toList();
        return IntStream.range(0, rank)
                .map(i -> i == to ? from : axes.get(i < to ? i : i - 1))
                .toArray();
    }

    private static int[] ints(long[] shape) {
        return LongStream.of(shape).mapToInt(Math::toIntExact).toArray();
    }
}
