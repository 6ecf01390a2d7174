package io.pitlane.graph.runtime;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;

/** A model that predicts on batches of images, whatever engine runs it. */
public interface ImageModel {

    /** The model's inputs and outputs. */
    GraphSignature signature();

    /** The input for the images. */
    GraphSignature.Port input();

    /**
     * Every output for a batch.
     *
     * @param images in the shape of {@link #input()}
     */
    Outputs predict(FloatTensor images);
}
