package io.pitlane.data;

/** Images of a source, those kept in memory for which there is room. */
public final class CachedImages implements ImageStore {
    private static final int SHARE_OF_HEAP = 4;

    private final ImageStore source;
    private final MemoizedItems<Image> images;

    private CachedImages(ImageStore source, long room) {
        this.source = source;
        this.images =
                new MemoizedItems<>(
                        source.size(), source::image, image -> image.pixels().length, room);
    }

    /** Keeps images in a quarter of the heap. */
    public static CachedImages withinHeap(ImageStore source) {
        return new CachedImages(source, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public Image image(int i) {
        return images.apply(i);
    }

    @Override
    public String name(int i) {
        return source.name(i);
    }
}
