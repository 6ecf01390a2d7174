package io.pitlane.data;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * A cache with a size limit and no eviction: the items read first stay cached, the others are read
 * every time. An epoch reads every image once, so that evicting the least recently used item would
 * never give a hit.
 *
 * <p>Thread-safe.
 *
 * @param <T> type of the items
 */
final class BoundedCache<T> implements IntFunction<T> {
    private final IntFunction<T> source;
    private final ToIntFunction<T> bytes;
    private final AtomicReferenceArray<T> cached;
    private final AtomicLong bytesLeft;

    /**
     * Creates a cache for a source.
     *
     * @param size number of items
     * @param bytes size of an item in bytes
     * @param maxBytes bytes of all cached items
     */
    BoundedCache(int size, IntFunction<T> source, ToIntFunction<T> bytes, long maxBytes) {
        this.source = source;
        this.bytes = bytes;
        this.cached = new AtomicReferenceArray<>(size);
        this.bytesLeft = new AtomicLong(maxBytes);
    }

    @Override
    public T apply(int i) {
        var known = cached.get(i);
        if (known != null) {
            return known;
        }
        var read = source.apply(i);
        int size = bytes.applyAsInt(read);
        if (reserve(size) && !cached.compareAndSet(i, null, read)) {
            bytesLeft.addAndGet(size);
        }
        return read;
    }

    private boolean reserve(int size) {
        long left = bytesLeft.getAndUpdate(free -> free >= size ? free - size : free);
        return left >= size;
    }
}
