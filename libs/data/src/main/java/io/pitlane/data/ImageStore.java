package io.pitlane.data;

import java.util.List;

/** A source of images, or of arrays, by position. Thread-safe. */
public interface ImageStore {

    /** Number of images. */
    int size();

    /**
     * Image {@code i}, from 0.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT naming the file, when it
     *     cannot be read
     */
    Sample sample(int i);

    /** Name of image {@code i}, for messages. */
    default String name(int i) {
        return "image " + i;
    }

    /** Images in memory. */
    static ImageStore of(List<Image> images) {
        var copy = List.copyOf(images);
        return new ImageStore() {
            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public Sample sample(int i) {
                return copy.get(i);
            }
        };
    }

    /** Some images of this store, in the given order. */
    default ImageStore subset(int[] indices) {
        int[] chosen = indices.clone();
        var all = this;
        return new ImageStore() {
            @Override
            public int size() {
                return chosen.length;
            }

            @Override
            public Sample sample(int i) {
                return all.sample(chosen[i]);
            }

            @Override
            public String name(int i) {
                return all.name(chosen[i]);
            }
        };
    }
}
