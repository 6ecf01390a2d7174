package io.pitlane.data;

/** Caches the images of a source in memory, up to a limit. */
public final class CachedImages implements ImageStore {
    private final ImageStore source;
    private final BoundedCache<Sample> images;

    private CachedImages(ImageStore source, long maxBytes) {
        this.source = source;
        this.images = new BoundedCache<>(source.size(), source::sample, Sample::bytes, maxBytes);
    }

    /** Caches images within the {@linkplain MemoryBudget#imageCache() budget of the process}. */
    public static CachedImages withinBudget(ImageStore source) {
        return new CachedImages(source, MemoryBudget.ofProcess().imageCache());
    }

    /** Caches images within the budget of the process, of which some bytes are already taken. */
    public static CachedImages withinBudget(ImageStore source, long taken) {
        return new CachedImages(source, MemoryBudget.ofProcess().imageCache() - taken);
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
