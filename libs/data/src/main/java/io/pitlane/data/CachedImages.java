package io.pitlane.data;

/** Caches the images of a source in memory, up to a limit. */
public final class CachedImages implements ImageStore {
    private static final int SHARE_OF_HEAP = 4;

    private final ImageStore source;
    private final BoundedCache<Sample> images;

    private CachedImages(ImageStore source, long maxBytes) {
        this.source = source;
        this.images = new BoundedCache<>(source.size(), source::sample, Sample::bytes, maxBytes);
    }

    /** Caches images in up to a quarter of the heap. */
    public static CachedImages withinHeap(ImageStore source) {
        return new CachedImages(source, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public Sample sample(int i) {
        return images.apply(i);
    }

    @Override
    public String name(int i) {
        return source.name(i);
    }
}
