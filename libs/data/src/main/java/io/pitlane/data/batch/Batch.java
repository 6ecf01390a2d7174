package io.pitlane.data.batch;

import io.pitlane.data.Annotations;
import io.pitlane.graph.FloatTensor;
import java.util.Optional;

/**
 * A preprocessed batch.
 *
 * @param images the model's input
 * @param indices position in the set of each image of the batch
 * @param size number of images that count; the positions after them are padding for a model of
 *     fixed batch size
 * @param annotations one per position, augmented like the images; masks in the requested size,
 *     boxes in pixels of the model input
 */
public record Batch(
        FloatTensor images, int[] indices, int size, Optional<Annotations> annotations) {

    /** A batch without annotations. */
    public Batch(FloatTensor images, int[] indices, int size) {
        this(images, indices, size, Optional.empty());
    }
}
