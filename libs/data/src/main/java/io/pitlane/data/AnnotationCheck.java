package io.pitlane.data;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Annotations.Masks;
import java.util.List;

/**
 * Checks that masks and boxes fit their images; they do not if the images were resized or rotated
 * later.
 */
final class AnnotationCheck {
    // Boxes drawn by hand sometimes exceed the image.
    private static final double TOLERANCE = 1.1;

    private final ImageStore images;

    AnnotationCheck(ImageStore images) {
        this.images = images;
    }

    /**
     * Reads an image and checks its mask or boxes.
     *
     * @param annotations annotations of all images; null for none
     */
    void check(int i, Annotations annotations) {
        var sample = images.sample(i);
        if (sample instanceof FloatArray array && annotations instanceof Masks masks) {
            check(masks.mask(i), array, images.name(i));
        } else if (sample instanceof Image image && annotations instanceof Masks masks) {
            check(masks.mask(i), image, images.name(i));
        } else if (sample instanceof Image image && annotations instanceof Boxes all) {
            check(all.boxes().get(i), image, images.name(i));
        }
    }

    /** The height and width of the mask are dimensions of the array, one after the other. */
    private static void check(Mask mask, FloatArray array, String name) {
        long[] shape = array.tensor().shape();
        for (int d = 0; d + 1 < shape.length; d++) {
            if (shape[d] == mask.height() && shape[d + 1] == mask.width()) {
                return;
            }
        }
        throw invalidInput(
                "The mask of %s is [%d, %d], but the array is %s."
                        .formatted(name, mask.height(), mask.width(), array.size()),
                "Give the array the mask that was made for it.");
    }

    private static void check(Mask mask, Image image, String name) {
        double tall = (double) mask.height() * image.width() / mask.width() - image.height();
        if (Math.abs(tall) * mask.width() >= Math.max(mask.width(), image.width())) {
            throw invalidInput(
                    "The mask of %s is %dx%d, but the image is %s, of other proportions."
                            .formatted(name, mask.height(), mask.width(), image.size()),
                    "Give the image the mask that was made for it.");
        }
    }

    private static void check(List<Box> boxes, Image image, String name) {
        for (var box : boxes) {
            boolean outside =
                    box.x2() <= 0
                            || box.y2() <= 0
                            || box.x1() >= image.width()
                            || box.y1() >= image.height();
            if (outside
                    || box.x2() > TOLERANCE * image.width() + 1
                    || box.y2() > TOLERANCE * image.height() + 1) {
                throw invalidInput(
                        "A box of %s reaches from %.0f, %.0f to %.0f, %.0f, but the image is %s."
                                .formatted(
                                        name, box.x1(), box.y1(), box.x2(), box.y2(), image.size()),
                        "Use the images that the boxes were drawn on, or correct the box.");
            }
        }
    }
}
