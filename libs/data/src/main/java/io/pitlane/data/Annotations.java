package io.pitlane.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Annotations of a set of images: one entry per image, in the order of the images.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Annotations {

    /** Number of images. */
    int size();

    /** The annotations of some images, in the given order. */
    Annotations subset(int[] indices);

    /** The kind, for messages: {@code classes}, {@code masks}, {@code values}, {@code boxes}. */
    String kind();

    /**
     * For classification.
     *
     * @param labels the class of every image, from 0; not copied, not to be changed
     */
    record Classes(int[] labels) implements Annotations {
        @Override
        public int size() {
            return labels.length;
        }

        @Override
        public Classes subset(int[] indices) {
            return new Classes(Arrays.stream(indices).map(i -> labels[i]).toArray());
        }

        @Override
        public String kind() {
            return "classes";
        }
    }

    /**
     * For semantic segmentation; masks are read on demand.
     *
     * @param size number of images
     * @param reader gives the mask of an image; throws a FailureException that names the file when
     *     it cannot be read
     */
    record Masks(int size, IntFunction<Mask> reader) implements Annotations {
        /** Masks in memory. */
        public static Masks of(List<Mask> masks) {
            var copy = List.copyOf(masks);
            return new Masks(copy.size(), copy::get);
        }

        /**
         * Masks in files, cached within the {@linkplain MemoryBudget#maskCache() budget of the
         * process}.
         */
        public static Masks inFiles(int size, IntFunction<Mask> reader) {
            long bytes = MemoryBudget.ofProcess().maskCache();
            return new Masks(
                    size, new BoundedCache<>(size, reader, mask -> mask.classes().length, bytes));
        }

        /** The mask of image {@code i}, as it was stored. */
        public Mask mask(int i) {
            return reader.apply(i);
        }

        @Override
        public Masks subset(int[] indices) {
            int[] chosen = indices.clone();
            return new Masks(chosen.length, i -> reader.apply(chosen[i]));
        }

        @Override
        public String kind() {
            return "masks";
        }
    }

    /**
     * For regression.
     *
     * @param values {@code [images][targets]}; not copied, not to be changed
     */
    record Values(float[][] values) implements Annotations {

        public Values {
            for (var row : values) {
                if (row.length != values[0].length) {
                    throw new IllegalArgumentException(
                            row.length + " values for one image, " + values[0].length + " before");
                }
            }
        }

        /** Number of values per image. */
        public int width() {
            return values.length == 0 ? 0 : values[0].length;
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public Values subset(int[] indices) {
            return new Values(
                    Arrays.stream(indices).mapToObj(i -> values[i]).toArray(float[][]::new));
        }

        @Override
        public String kind() {
            return "values";
        }
    }

    /**
     * For detection.
     *
     * @param boxes objects of every image; may be empty for an image
     */
    record Boxes(List<List<Box>> boxes) implements Annotations {

        public Boxes {
            boxes = boxes.stream().map(List::copyOf).toList();
        }

        @Override
        public int size() {
            return boxes.size();
        }

        @Override
        public Boxes subset(int[] indices) {
            return new Boxes(Arrays.stream(indices).mapToObj(boxes::get).toList());
        }

        @Override
        public String kind() {
            return "boxes";
        }
    }
}
