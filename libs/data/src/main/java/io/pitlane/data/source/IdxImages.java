package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads images and labels from idx files, the format of MNIST. */
final class IdxImages {
    private IdxImages() {}

    /** Reads images {@code [N, H, W]} or {@code [N, H, W, C]}; {@code labelFile} may be null. */
    static ImageSet read(Path imageFile, Path labelFile) {
        var idx = IdxFile.read(imageFile);
        int[] shape = idx.shape();
        int channels = shape.length == 4 ? shape[3] : 1;
        if (shape.length < 3 || channels != 1 && channels != 3) {
            throw invalidInput(
                    "The file %s holds an array of %s, not images."
                            .formatted(imageFile, dimensions(shape)),
                    "Images are [N, H, W] or [N, H, W, C] with 1 or 3 channels.");
        }
        var images =
                idx.items().stream()
                        .map(pixels -> new Image(shape[1], shape[2], channels, pixels))
                        .toList();
        return ImageSet.of(images, labelFile == null ? null : labels(labelFile, images.size()));
    }

    private static int[] labels(Path file, int images) {
        var idx = IdxFile.read(file);
        if (idx.shape().length != 1) {
            throw invalidInput(
                    "The file %s holds an array of %s, not labels."
                            .formatted(file, dimensions(idx.shape())),
                    "Labels are one dimension, [N].");
        }
        if (idx.shape()[0] != images) {
            throw invalidInput(
                    "The file %s holds %d labels for %d images."
                            .formatted(file, idx.shape()[0], images),
                    "Name the labels that belong to the images.");
        }
        return idx.values();
    }

    private static String dimensions(int[] shape) {
        return shape.length + " dimensions " + Arrays.toString(shape);
    }
}
