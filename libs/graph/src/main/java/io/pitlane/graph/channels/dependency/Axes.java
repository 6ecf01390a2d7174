package io.pitlane.graph.channels.dependency;

import java.util.Arrays;

/** Axes as operations name them: from the start, or below 0 from the end. */
final class Axes {
    private Axes() {}

    /** An axis counted from the start. */
    static int fromStart(long axis, int rank) {
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }

    /** Each axis counted from the start. */
    static int[] fromStart(long[] axes, int rank) {
        return Arrays.stream(axes).mapToInt(axis -> fromStart(axis, rank)).toArray();
    }

    /** Whether an axis is among some. */
    static boolean contain(int[] axes, int axis) {
        return Arrays.stream(axes).anyMatch(each -> each == axis);
    }
}
