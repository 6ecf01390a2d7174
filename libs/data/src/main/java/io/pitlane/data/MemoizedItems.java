package io.pitlane.data;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Keeps what was asked for first, until there is no room left; the rest is read each time. An epoch
 * takes every image once, so that making room would drop each just before it is needed.
 *
 * <p>Thread-safe.
 *
 * @param <T> an image or a mask
 */
final class MemoizedItems<T> implements IntFunction<T> {
    private final IntFunction<T> source;
    private final ToIntFunction<T> bytes;
    private final AtomicReferenceArray<T> kept;
    private final AtomicLong room;

    /**
     * Keeps what a source gives.
     *
     * @param size how many there are
     * @param bytes how many one takes
     * @param room bytes that may be kept
     */
    MemoizedItems(int size, IntFunction<T> source, ToIntFunction<T> bytes, long room) {
        this.source = source;
        this.bytes = bytes;
        this.kept = new AtomicReferenceArray<>(size);
        this.room = new AtomicLong(room);
    }

    @Override
    public T apply(int i) {
        var known = kept.get(i);
        if (known != null) {
            return known;
        }
        var read = source.apply(i);
        int size = bytes.applyAsInt(read);
        if (takeRoom(size) && !kept.compareAndSet(i, null, read)) {
            room.addAndGet(size);
        }
        return read;
    }

    private boolean takeRoom(int size) {
        long left = room.getAndUpdate(free -> free >= size ? free - size : free);
        return left >= size;
    }
}
