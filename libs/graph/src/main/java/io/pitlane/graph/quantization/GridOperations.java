package io.pitlane.graph.quantization;

import io.pitlane.graph.Attributes;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/**
 * The operations that can work on the integers of a quantized tensor directly, because their
 * outputs stay within the range of their inputs: pooling, resizing, and operations that only move
 * values.
 */
public final class GridOperations {
    /**
     * The largest window averaged in integers. Averages of more values use only a small part of the
     * range, so that float is more accurate.
     */
    private static final long MAX_AVERAGE_WINDOW = 9;

    private GridOperations() {}

    /** Whether a node can work on the integers of its input 0. */
    public static boolean contains(NodeDef node) {
        return switch (node.getOp()) {
            case "MaxPool", "MaxPool3D" -> isSupportedPool(node);
            case "AvgPool" -> isSupportedPool(node) && windowSize(node) <= MAX_AVERAGE_WINDOW;
            case "Reshape", "Squeeze", "ExpandDims", "Transpose", "Pad" -> true;
            case "Slice", "StridedSlice" -> true;
            case "ResizeNearestNeighbor", "ResizeBilinear" -> true;
            default -> false;
        };
    }

    /** Whether such a node computes values between those of the integers, so that it rounds. */
    public static boolean rounds(NodeDef node) {
        return node.getOp().equals("AvgPool") || node.getOp().equals("ResizeBilinear");
    }

    /** Whether kernels for integers can pool like a node, MaxPool, MaxPool3D or AvgPool. */
    public static boolean isSupportedPool(NodeDef node) {
        var attributes = Attributes.of(node);
        var size = attributes.ints("ksize", List.of());
        return attributes.channelsLast()
                && size.get(0) == 1
                && size.get(size.size() - 1) == 1
                && !attributes.string("padding", "").equals("EXPLICIT");
    }

    private static long windowSize(NodeDef node) {
        return Attributes.of(node).ints("ksize", List.of()).stream().reduce(1L, (a, b) -> a * b);
    }
}
