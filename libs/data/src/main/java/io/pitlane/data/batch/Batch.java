package io.pitlane.data.batch;

import io.pitlane.data.Annotations;
import io.pitlane.graph.FloatTensor;
import java.util.Optional;

/**
 * A preprocessed batch, or a micro-batch: a part of a batch that is too large to be computed at
 * once.
 *
 * @param images the model's input
 * @param indices position in the set of each image of the batch
 * @param size number of images that count; the positions after them are padding for a model of
 *     fixed batch size
 * @param annotations one per position, augmented like the images; masks in the requested size,
 *     boxes in pixels of the model input
 * @param whole the batch that this is a part of; for a whole batch, itself
 */
public record Batch(
        FloatTensor images,
        int[] indices,
        int size,
        Optional<Annotations> annotations,
        Whole whole) {

    /**
     * The batch that a micro-batch is a part of.
     *
     * @param size number of images that count, of all micro-batches
     * @param isComplete whether the micro-batch is the last one
     * @param masks masks of all its images, augmented like them; empty if there are none
     */
    public record Whole(int size, boolean isComplete, Optional<Annotations.Masks> masks) {}

    /** A whole batch. */
    public Batch(FloatTensor images, int[] indices, int size, Optional<Annotations> annotations) {
        this(images, indices, size, annotations, new Whole(size, true, masks(annotations)));
    }

    /** A whole batch without annotations. */
    public Batch(FloatTensor images, int[] indices, int size) {
        this(images, indices, size, Optional.empty());
    }

    private static Optional<Annotations.Masks> masks(Optional<Annotations> annotations) {
        return annotations
                .filter(Annotations.Masks.class::isInstance)
                .map(Annotations.Masks.class::cast);
    }
}
