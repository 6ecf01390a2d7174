package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations;
import io.pitlane.data.ClassNames;
import io.pitlane.data.decoding.ImageDecoder;
import io.pitlane.data.decoding.ImageFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads masks from a folder, one file per image, named like the image. */
final class MaskFolder {
    private MaskFolder() {}

    /**
     * Finds the mask of every image.
     *
     * @param list file with the names of the images to use; null for all
     */
    static AnnotatedFiles read(ImageFolder images, Path folder, Path list) {
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
        return AnnotatedFiles.of(files, masks(found), ClassNames.NONE);
    }

    private static Annotations masks(List<Path> files) {
        return Annotations.Masks.inFiles(
                files.size(),
                i -> ImageDecoder.mask(ImageFiles.read(files.get(i)), files.get(i).toString()));
    }
}
