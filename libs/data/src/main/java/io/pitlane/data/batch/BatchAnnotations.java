package io.pitlane.data.batch;

import io.pitlane.data.Annotations;
import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.Box;
import io.pitlane.data.Image;
import io.pitlane.data.Mask;
import io.pitlane.data.Sample;
import io.pitlane.data.Size;
import io.pitlane.data.preprocessing.AugmentationSample;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.preprocessing.ResizeGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Transforms annotations like the images of a batch: resized and augmented.
 *
 * @param input the preprocessing of the images
 * @param masks size of the masks; empty for that of the input
 */
public record BatchAnnotations(Preprocessor input, Optional<Size> masks) {

    /**
     * The annotations for a batch.
     *
     * @param stored annotations of the images as stored
     * @param images the images as stored
     * @param augmentations augmentation of each image after resizing
     */
    public Annotations fit(
            Annotations stored,
            List<? extends Sample> images,
            List<AugmentationSample> augmentations) {
        if (stored instanceof Masks all) {
            return Masks.of(
                    IntStream.range(0, images.size())
                            .mapToObj(i -> fit(all.mask(i), images.get(i), augmentations.get(i)))
                            .toList());
        }
        if (stored instanceof Boxes all) {
            return new Boxes(
                    IntStream.range(0, images.size())
                            .mapToObj(
                                    i ->
                                            fit(
                                                    all.boxes().get(i),
                                                    (Image) images.get(i),
                                                    augmentations.get(i)))
                            .toList());
        }
        return stored;
    }

    /** The mask of one image. */
    Mask fit(Mask mask, Sample sample, AugmentationSample augmentation) {
        var geometry =
                sample instanceof Image image
                        ? input.geometry(image)
                        : ResizeGeometry.identity(mask.height(), mask.width());
        return augmentation.apply(mask, geometry, masks.orElse(geometry.input()));
    }

    private List<Box> fit(List<Box> boxes, Image image, AugmentationSample augmentation) {
        var geometry = input.geometry(image);
        var visible = new ArrayList<Box>();
        for (var box : boxes) {
            var fitted = augmentation.apply(geometry.apply(box), geometry.input());
            if (fitted.x2() > fitted.x1() && fitted.y2() > fitted.y1()) {
                visible.add(fitted);
            }
        }
        return visible;
    }
}
