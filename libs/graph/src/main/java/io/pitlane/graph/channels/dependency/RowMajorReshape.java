package io.pitlane.graph.channels.dependency;

import java.util.Arrays;
import java.util.Optional;

/**
 * Along which axis channels are indexed after a reshape, which keeps the row-major order.
 *
 * @param before dimensions of the input, -1 where the size is variable
 * @param after dimensions of the output, -1 where the size is variable
 */
record RowMajorReshape(long[] before, long[] after) {

    static RowMajorReshape of(long[] before, long[] after) {
        return new RowMajorReshape(before, after);
    }

    /** The channels of the output; empty where they do not stay along one axis. */
    Optional<Channels> move(Channels channels, ChannelTrace trace) {
        if (channels.length() == 1) {
            return Optional.empty();
        }
        if (staysLast(channels)) {
            return Optional.of(channels.at(after.length - 1));
        }
        if (!keepsBatch()) {
            return Optional.empty();
        }
        return flattened(channels).or(() -> unflattened(channels, trace));
    }

    private boolean staysLast(Channels channels) {
        return channels.axis() == before.length - 1
                && after.length > 0
                && after[after.length - 1] == channels.length();
    }

    /** Whether axis 0 stays as it is and every other size is known. */
    private boolean keepsBatch() {
        return before.length > 1
                && after.length > 1
                && before[0] == after[0]
                && product(before, 1, before.length) > 0
                && product(before, 1, before.length) == product(after, 1, after.length);
    }

    /** Axes {@code first..last}, the channel axis among them, become axis {@code to}. */
    private Optional<Channels> flattened(Channels channels) {
        int axis = channels.axis();
        for (int first = 1; first <= axis; first++) {
            int to = axisAt(after, product(before, 1, first));
            for (int last = before.length - 1; to > 0 && last >= axis; last--) {
                if (product(before, first, last + 1) == after[to]) {
                    int outer = (int) product(before, first, axis);
                    int inner = (int) product(before, axis + 1, last + 1);
                    return Optional.of(channels.flattened(outer, inner).at(to));
                }
            }
        }
        return Optional.empty();
    }

    /** A dense layer's features become pixels, of which the last axis holds the channels. */
    private Optional<Channels> unflattened(Channels channels, ChannelTrace trace) {
        int last = after.length - 1;
        if (channels.axis() != 1 || before.length != 2 || after[last] == 0) {
            return Optional.empty();
        }
        int each = (int) after[last];
        var pixel = channels.part(0, each);
        for (int at = each; at < channels.length(); at += each) {
            trace.couple(pixel, channels.part(at, at + each));
        }
        return Optional.of(pixel.at(last));
    }

    /** The axis other than 0 whose predecessors, without axis 0, multiply to {@code elements}. */
    private static int axisAt(long[] shape, long elements) {
        for (int axis = 1; axis < shape.length; axis++) {
            if (product(shape, 1, axis) == elements && shape[axis] > 1) {
                return axis;
            }
        }
        return -1;
    }

    /** Product of the dimensions {@code from} to {@code to}; -1 when one is unknown. */
    private static long product(long[] shape, int from, int to) {
        var dims = Arrays.copyOfRange(shape, from, to);
        return Arrays.stream(dims).anyMatch(d -> d < 0)
                ? -1
                : Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }
}
