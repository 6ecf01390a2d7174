package io.pitlane.graph.channels.dependency;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The channel at each position along one axis of a tensor or weight. The same channel may be at
 * many positions, as after a flatten.
 *
 * @param axis the axis, from 0
 * @param ids the channel at each position, as {@link ChannelCoupling} numbers them
 */
public record Channels(int axis, int[] ids) {

    /** Number of positions along the axis. */
    public int length() {
        return ids.length;
    }

    /** The same channels along another axis. */
    Channels at(int otherAxis) {
        return new Channels(otherAxis, ids);
    }

    /** Positions {@code from} (included) to {@code to} (excluded). */
    Channels part(int from, int to) {
        return new Channels(axis, Arrays.copyOfRange(ids, from, to));
    }

    /** These, then the others. */
    Channels followedBy(Channels others) {
        var joined = Arrays.copyOf(ids, ids.length + others.ids.length);
        System.arraycopy(others.ids, 0, joined, ids.length, others.ids.length);
        return new Channels(axis, joined);
    }

    /** Each channel {@code times} in a row: a depthwise multiplier. */
    Channels repeated(int times) {
        return map(ids.length * times, position -> position / times);
    }

    /**
     * The axis as it becomes when it is flattened together with its neighbours in row-major order.
     *
     * @param before product of the flattened dimensions before this one
     * @param after product of the flattened dimensions after it
     */
    Channels flattened(int before, int after) {
        return map(before * ids.length * after, position -> position / after % ids.length);
    }

    /** The positions in this number of equal parts. */
    List<Channels> equalParts(int parts) {
        int length = ids.length / parts;
        return IntStream.range(0, parts).mapToObj(i -> part(i * length, (i + 1) * length)).toList();
    }

    /** In reverse order. */
    Channels reversed() {
        return map(ids.length, position -> ids.length - 1 - position);
    }

    private Channels map(int length, IntUnaryOperator positionBefore) {
        return new Channels(
                axis,
                IntStream.range(0, length).map(p -> ids[positionBefore.applyAsInt(p)]).toArray());
    }

    /** Equal when axis and ids are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Channels that && axis == that.axis && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return 31 * axis + Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "axis " + axis + " " + Arrays.toString(ids);
    }
}
