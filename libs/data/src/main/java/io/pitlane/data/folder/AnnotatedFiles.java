package io.pitlane.data.folder;

import io.pitlane.data.Annotations;
import io.pitlane.data.CachedImages;
import io.pitlane.data.ClassNames;
import io.pitlane.data.ImageSet;
import io.pitlane.data.decoding.ImageFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Image files with their annotations.
 *
 * @param files the images
 * @param annotations one per image; empty if there are none
 * @param names names of the classes
 */
record AnnotatedFiles(List<Path> files, Optional<Annotations> annotations, ClassNames names) {

    /** Image files with annotations. */
    static AnnotatedFiles of(List<Path> files, Annotations annotations, ClassNames names) {
        return new AnnotatedFiles(files, Optional.of(annotations), names);
    }

    ImageSet toSet() {
        return ImageSet.of(
                CachedImages.withinBudget(new ImageFiles(List.copyOf(files))), annotations, names);
    }
}
