package io.pitlane.graph.runtime;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;

/** A model that answers batches of images, whatever runs it. */
public interface ImageModel {

    /** What goes in and what comes out. */
    GraphSignature signature();

    /** The input that takes the images. */
    GraphSignature.Port input();

    /**
     * Every output for a batch.
     *
     * @param images in the shape that {@link #input()} says
     */
    Outputs predict(FloatTensor images);
}
