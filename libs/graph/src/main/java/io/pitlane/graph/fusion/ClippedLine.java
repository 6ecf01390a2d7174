package io.pitlane.graph.fusion;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.POSITIVE_INFINITY;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The function {@code max(lowest, min(highest, slope * x + offset))} that a chain of nodes computes
 * from each element.
 */
record ClippedLine(double slope, double offset, double lowest, double highest) {
    /** What no nodes compute. */
    static final ClippedLine IDENTITY = new ClippedLine(1, 0, NEGATIVE_INFINITY, POSITIVE_INFINITY);

    /**
     * The function with one more node behind it; empty where that is not such a function.
     *
     * @param tensor which input of the node the values so far are
     * @param multiplied whether they were multiplied by others, so that they can be scaled only
     */
    Optional<ClippedLine> followedBy(
            FlatGraph graph, NodeDef node, TensorRef tensor, boolean multiplied) {
        if (Attributes.of(node).type("T", DataType.DT_FLOAT) != DataType.DT_FLOAT) {
            return Optional.empty();
        }
        boolean isLeft =
                node.getInputCount() > 0 && TensorRef.parse(node.getInput(0)).equals(tensor);
        var operand = operand(graph, node, isLeft ? 1 : 0);
        var changed =
                switch (node.getOp()) {
                    case "Mul" -> operand.map(this::times);
                    case "RealDiv" ->
                            operand.filter(by -> isLeft && by != 0).map(by -> times(1 / by));
                    default ->
                            multiplied
                                    ? Optional.<ClippedLine>empty()
                                    : shiftedOrClipped(graph, node, isLeft, operand);
                };
        return changed.filter(line -> line.slope > 0);
    }

    private Optional<ClippedLine> shiftedOrClipped(
            FlatGraph graph, NodeDef node, boolean isLeft, Optional<Double> operand) {
        return switch (node.getOp()) {
            case "Add", "AddV2" -> operand.map(this::plus);
            case "Sub" -> operand.filter(by -> isLeft).map(by -> plus(-by));
            case "Relu" -> Optional.of(clipped(0, POSITIVE_INFINITY));
            case "Relu6" -> Optional.of(clipped(0, 6));
            case "Maximum" -> operand.map(low -> clipped(low, POSITIVE_INFINITY));
            case "Minimum" -> operand.map(high -> clipped(NEGATIVE_INFINITY, high));
            case "ClipByValue" ->
                    operand.filter(low -> isLeft)
                            .flatMap(
                                    low ->
                                            operand(graph, node, 2)
                                                    .filter(high -> high >= low)
                                                    .map(high -> clipped(low, high)));
            default -> Optional.empty();
        };
    }

    private static Optional<Double> operand(FlatGraph graph, NodeDef node, int slot) {
        if (slot >= node.getInputCount() || !FloatTensor.isFloatConst(graph.input(node, slot))) {
            return Optional.empty();
        }
        var constant = FloatTensor.of(graph.input(node, slot));
        // One of higher rank could lift the rank of the result.
        return constant.values().length == 1 && constant.rank() <= 1
                ? Optional.of((double) constant.values()[0])
                : Optional.empty();
    }

    private ClippedLine times(double factor) {
        return new ClippedLine(slope * factor, offset * factor, lowest * factor, highest * factor);
    }

    private ClippedLine plus(double term) {
        return new ClippedLine(slope, offset + term, lowest + term, highest + term);
    }

    private ClippedLine clipped(double low, double high) {
        return new ClippedLine(slope, offset, clip(lowest, low, high), clip(highest, low, high));
    }

    private static double clip(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }
}
