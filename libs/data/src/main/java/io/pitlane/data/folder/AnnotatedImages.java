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
 * Image files and what is known about them, before they are a set.
 *
 * @param files the images
 * @param annotations one an image
 * @param names of the classes
 */
record AnnotatedImages(List<Path> files, Optional<Annotations> annotations, ClassNames names) {

    /** Images with annotations. */
    static AnnotatedImages of(List<Path> files, Annotations annotations, ClassNames names) {
        return new AnnotatedImages(files, Optional.of(annotations), names);
    }

    ImageSet toSet() {
        return ImageSet.of(
                CachedImages.withinHeap(new ImageFiles(List.copyOf(files))), annotations, names);
    }
}
