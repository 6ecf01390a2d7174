package io.pitlane.data.batch;

import io.pitlane.data.Annotations;
import io.pitlane.graph.FloatTensor;
import java.util.Optional;

/**
 * Images ready for the model.
 *
 * @param images the model's input
 * @param indices which image of the set stands at each position
 * @param size how many positions count; those behind repeat images, because the model takes a fixed
 *     number
 * @param annotations those of the images as they stand here, one a position: varied as the images
 *     are, masks in the size that was asked for, boxes in pixels of the model's input
 */
public record Batch(
        FloatTensor images, int[] indices, int size, Optional<Annotations> annotations) {

    /** Images of which nothing is known. */
    public Batch(FloatTensor images, int[] indices, int size) {
        this(images, indices, size, Optional.empty());
    }
}
