package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * The positions that a {@code StridedSlice} with constant ranges takes of each axis of its input.
 *
 * @param axes one for each axis of the input
 */
record StridedSliceRange(List<Axis> axes) {

    /**
     * What is taken of one axis.
     *
     * @param entry which element of begin, end and strides is for this axis; -1 where none is
     * @param begin first position; null from the start
     * @param end position after the last; null to the end
     * @param stride step
     * @param shrinks whether one position is taken and the axis dropped
     * @param output its axis in the output, if it stays
     */
    record Axis(int entry, Long begin, Long end, long stride, boolean shrinks, int output) {

        /** First position taken of an axis of this length. */
        int from(int length) {
            return begin == null ? 0 : clamped(begin, length);
        }

        /** Position after the last one taken. */
        int to(int length) {
            return end == null ? length : clamped(end, length);
        }

        boolean isRange() {
            return stride == 1 && !shrinks;
        }

        /** Whether all positions are taken, in reverse order. */
        boolean reverses() {
            return stride == -1 && begin == null && end == null && !shrinks;
        }

        private static int clamped(long position, int length) {
            long fromStart = position < 0 ? position + length : position;
            return (int) Math.max(0, Math.min(length, fromStart));
        }
    }

    /** The ranges of an input of this rank; empty where one is computed. */
    static Optional<StridedSliceRange> of(NodeDef node, int rank, ChannelTrace trace) {
        var begin = trace.ints(node, 1);
        var end = trace.ints(node, 2);
        var strides = trace.ints(node, 3);
        if (begin.isEmpty() || end.isEmpty() || strides.isEmpty()) {
            return Optional.empty();
        }
        var axes = new ArrayList<Axis>();
        int output = 0;
        int entries = begin.get().length;
        int added = Long.bitCount(Attributes.of(node).integer("new_axis_mask", 0));
        for (int entry = 0; entry < entries; entry++) {
            if (bit(node, "ellipsis_mask", entry)) {
                int named = entries - added - 1;
                for (int i = 0; i < rank - named; i++) {
                    axes.add(new Axis(-1, null, null, 1, false, output++));
                }
            } else if (bit(node, "new_axis_mask", entry)) {
                output++;
            } else {
                boolean shrinks = bit(node, "shrink_axis_mask", entry);
                axes.add(
                        new Axis(
                                entry,
                                !shrinks && bit(node, "begin_mask", entry)
                                        ? null
                                        : (Long) begin.get()[entry],
                                bit(node, "end_mask", entry) ? null : (Long) end.get()[entry],
                                strides.get()[entry],
                                shrinks,
                                output));
                output += shrinks ? 0 : 1;
            }
        }
        while (axes.size() < rank) {
            axes.add(new Axis(-1, null, null, 1, false, output++));
        }
        return axes.size() == rank ? Optional.of(new StridedSliceRange(axes)) : Optional.empty();
    }

    private static boolean bit(NodeDef node, String mask, int entry) {
        return (Attributes.of(node).integer(mask, 0) >> entry & 1) == 1;
    }

    /** Whether a position of an axis of this length is taken. */
    boolean takes(int axis, int position, int length) {
        var range = axes.get(axis);
        int from = range.from(length);
        if (range.shrinks()) {
            return position == from;
        }
        return range.stride() != 1 || position >= from && position < range.to(length);
    }
}
