package io.pitlane.model.data;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps the images that were asked for first, until there is no room left; the others are read each
 * time. An epoch takes every image once, so that making room would drop each image just before it
 * is needed.
 */
final class KeptImages implements ImageStore {
    private static final int SHARE_OF_HEAP = 4;

    private final ImageStore source;
    private final AtomicReferenceArray<Image> kept;
    private final AtomicLong room;

    /**
     * Keeps images of a source.
     *
     * @param room bytes of pixels that may be kept
     */
    KeptImages(ImageStore source, long room) {
        this.source = source;
        this.kept = new AtomicReferenceArray<>(source.size());
        this.room = new AtomicLong(room);
    }

    /** Keeps images in a quarter of the heap. */
    static KeptImages withinHeap(ImageStore source) {
        return new KeptImages(source, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public Image image(int i) {
        var known = kept.get(i);
        if (known != null) {
            return known;
        }
        var image = source.image(i);
        if (takeRoom(image.pixels().length) && !kept.compareAndSet(i, null, image)) {
            room.addAndGet(image.pixels().length);
        }
        return image;
    }

    @Override
    public String name(int i) {
        return source.name(i);
    }

    private boolean takeRoom(int bytes) {
        long left = room.getAndUpdate(free -> free >= bytes ? free - bytes : free);
        return left >= bytes;
    }
}
