package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations;
import io.pitlane.data.ClassNames;
import io.pitlane.data.decoding.ImageDecoder;
import io.pitlane.data.decoding.ImageFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Masks in files of their own, under the names of their images. */
final class MaskFolder {
    private MaskFolder() {}

    /**
     * Finds the mask of every image.
     *
     * @param list names of the images to take; null for all
     */
    static AnnotatedImages read(ImageFolder images, Path folder, Path list) {
        var masks = new ImageFolder(folder).imagesByName();
        var files = new ArrayList<Path>();
        var found = new ArrayList<Path>();
        images.chosen(list)
                .forEach(
                        (name, image) -> {
                            var mask = masks.get(name);
                            if (mask == null) {
                                throw invalidInput(
                                        "The image %s has no mask: there is no %s.png in %s."
                                                .formatted(image, name, folder),
                                        "Add the mask, remove the image, or name the images to take"
                                                + " in a list.");
                            }
                            files.add(image);
                            found.add(mask);
                        });
        return AnnotatedImages.of(files, masks(found), ClassNames.NONE);
    }

    private static Annotations masks(List<Path> files) {
        return Annotations.Masks.inFiles(
                files.size(),
                i -> ImageDecoder.mask(ImageFiles.read(files.get(i)), files.get(i).toString()));
    }
}
