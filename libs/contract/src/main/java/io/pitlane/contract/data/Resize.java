package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * How an image of any size comes to the size of the model's input. Sizes are in pixels, {@code
 * [height, width]}.
 */
@JsonDeserialize(using = ResizeDeserializer.class)
public sealed interface Resize permits Resize.Stretch, Resize.CenterCrop, Resize.Letterbox {

    /** The forms of a resize in a plan, for messages. */
    String FORMS =
            "[height, width], {shorterSide: PIXELS, crop: [height, width]} or"
                    + " {letterbox: [height, width], pad: VALUE}";

    /** Longest side of an image. */
    int MAX_SIDE = 16_384;

    /** The size of the result, {@code [height, width]}. */
    List<Integer> size();

    /** Height of the result. */
    default int height() {
        return size().get(0);
    }

    /** Width of the result. */
    default int width() {
        return size().get(1);
    }

    /** Adds every value that is missing or out of its range. */
    void check(Problems problems);

    private static boolean isSide(Integer pixels) {
        return pixels != null && pixels >= 1 && pixels <= MAX_SIDE;
    }

    private static boolean isSize(List<Integer> size) {
        return size.size() == 2 && size.stream().allMatch(Resize::isSide);
    }

    private static String sizeMessage(List<Integer> size) {
        return "must be [height, width], each between 1 and " + MAX_SIDE + ", but is " + size;
    }

    /**
     * A resize to the given size; the proportions of the image change.
     *
     * @param size {@code [height, width]}
     */
    @JsonDeserialize
    record Stretch(List<Integer> size) implements Resize {
        @Override
        @JsonValue
        public List<Integer> size() {
            return size;
        }

        @Override
        public void check(Problems problems) {
            if (!isSize(size)) {
                problems.add(sizeMessage(size));
            }
        }
    }

    /**
     * A resize that keeps the proportions and brings the shorter side to a length, then a crop of
     * the centre.
     *
     * @param shorterSide length of the shorter side after the resize; the longer one is rounded
     *     down
     * @param crop {@code [height, width]} of the crop
     */
    @JsonDeserialize
    record CenterCrop(Integer shorterSide, List<Integer> crop) implements Resize {
        @Override
        public List<Integer> size() {
            return crop;
        }

        @Override
        public void check(Problems problems) {
            if (problems.present(shorterSide, "shorterSide", "write the pixels of that side")) {
                problems.require(
                        isSide(shorterSide),
                        "shorterSide",
                        "must be between 1 and " + MAX_SIDE + ", but is " + shorterSide);
            }
            if (!problems.present(
                    crop, "crop", "write the [height, width] of the centre to keep")) {
                return;
            }
            problems.require(isSize(crop), "crop", sizeMessage(crop));
            problems.require(
                    !isSize(crop)
                            || !isSide(shorterSide)
                            || Math.min(height(), width()) <= shorterSide,
                    "crop",
                    "must not be larger than shorterSide, %s, but is %s"
                            .formatted(shorterSide, crop));
        }
    }

    /**
     * A resize that keeps the proportions and brings the whole image into a size, then padding on
     * both sides of the axis that is left over.
     *
     * @param letterbox {@code [height, width]} with the padding
     * @param pad value of the padding in every channel, 0..255 like a pixel; null for 0
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonDeserialize
    record Letterbox(List<Integer> letterbox, Integer pad) implements Resize {

        public Letterbox {
            pad = pad == null ? Integer.valueOf(0) : pad;
        }

        @Override
        public List<Integer> size() {
            return letterbox;
        }

        @Override
        public void check(Problems problems) {
            if (problems.present(letterbox, "letterbox", "write [height, width]")) {
                problems.require(isSize(letterbox), "letterbox", sizeMessage(letterbox));
            }
            problems.require(
                    pad >= 0 && pad <= 255, "pad", "must be between 0 and 255, but is " + pad);
        }
    }
}
