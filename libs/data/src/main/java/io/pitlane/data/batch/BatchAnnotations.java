package io.pitlane.data.batch;

import io.pitlane.data.Annotations;
import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.Box;
import io.pitlane.data.Image;
import io.pitlane.data.Mask;
import io.pitlane.data.Size;
import io.pitlane.data.preprocessing.AugmentationSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Transforms annotations like the images of a batch: resized and augmented.
 *
 * @param input the size of an image as the model takes it
 * @param masks size of the masks; empty for that of the input
 */
public record BatchAnnotations(Size input, Optional<Size> masks) {

    /**
     * The annotations for a batch.
     *
     * @param stored annotations of the images as stored
     * @param images the images as stored
     * @param augmentations augmentation of each image after resizing
     */
    public Annotations fit(
            Annotations stored, List<Image> images, List<AugmentationSample> augmentations) {
        if (stored instanceof Masks all) {
            return Masks.of(
                    IntStream.range(0, images.size())
                            .mapToObj(i -> fit(all.mask(i), augmentations.get(i)))
                            .toList());
        }
        if (stored instanceof Boxes all) {
            return new Boxes(
                    IntStream.range(0, images.size())
                            .mapToObj(
                                    i ->
                                            fit(
                                                    all.boxes().get(i),
                                                    images.get(i),
                                                    augmentations.get(i)))
                            .toList());
        }
        return stored;
    }

    /** The mask of one image. */
    Mask fit(Mask mask, AugmentationSample augmentation) {
        return augmentation.apply(mask, input, masks.orElse(input));
    }

    private List<Box> fit(List<Box> boxes, Image image, AugmentationSample augmentation) {
        float alongX = (float) input.width() / image.width();
        float alongY = (float) input.height() / image.height();
        var visible = new ArrayList<Box>();
        for (var box : boxes) {
            var fitted = augmentation.apply(box.scaled(alongX, alongY), input);
            if (fitted.x2() > fitted.x1() && fitted.y2() > fitted.y1()) {
                visible.add(fitted);
            }
        }
        return visible;
    }
}
