package io.pitlane.model.channels;

import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * What a {@code StridedSlice} by constants takes of each axis; without ellipsis and new axes.
 *
 * @param begin first position of each axis named
 * @param end position after the last
 * @param strides step
 * @param beginMask bit i: axis i from its start, whatever begin says
 * @param endMask bit i: axis i to its end
 * @param shrinkMask bit i: one position of axis i, and the axis goes
 */
record StridedCut(
        long[] begin, long[] end, long[] strides, long beginMask, long endMask, long shrinkMask) {

    static Optional<StridedCut> of(NodeDef node, ChannelTrace trace) {
        var begin = trace.ints(node, 1);
        var end = trace.ints(node, 2);
        var strides = trace.ints(node, 3);
        boolean simple = mask(node, "ellipsis_mask") == 0 && mask(node, "new_axis_mask") == 0;
        if (!simple || begin.isEmpty() || end.isEmpty() || strides.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new StridedCut(
                        begin.get(),
                        end.get(),
                        strides.get(),
                        mask(node, "begin_mask"),
                        mask(node, "end_mask"),
                        mask(node, "shrink_axis_mask")));
    }

    private static long mask(NodeDef node, String name) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getI() : 0;
    }

    /** Whether an axis of this length comes out as it goes in. */
    boolean keepsAll(int axis, int length) {
        if (axis >= begin.length) {
            return true;
        }
        boolean fromStart = bit(beginMask, axis) || begin[axis] == 0;
        boolean toEnd = bit(endMask, axis) || end[axis] >= length;
        return fromStart && toEnd && strides[axis] == 1 && !bit(shrinkMask, axis);
    }

    /** Whether position {@code position} of axis 0 is among what is taken; the axis is a shape. */
    boolean takes(int position, int length) {
        long from = bit(beginMask, 0) ? 0 : fromStart(begin[0], length);
        long to = bit(endMask, 0) ? length : fromStart(end[0], length);
        if (bit(shrinkMask, 0)) {
            return position == from;
        }
        return strides[0] != 1 || (position >= from && position < to);
    }

    /** Where an axis stands once the axes before it that go are gone. */
    int axisAfter(int axis) {
        int gone = 0;
        for (int i = 0; i < Math.min(axis, begin.length); i++) {
            gone += bit(shrinkMask, i) ? 1 : 0;
        }
        return axis - gone;
    }

    private static long fromStart(long position, int length) {
        return position < 0 ? position + length : position;
    }

    private static boolean bit(long mask, int i) {
        return (mask >> i & 1) == 1;
    }
}
