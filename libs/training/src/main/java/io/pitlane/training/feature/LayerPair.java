package io.pitlane.training.feature;

/**
 * A layer of the student and the layer of the teacher that it follows.
 *
 * @param student the layer to train
 * @param teacher the layer to follow
 */
public record LayerPair(FeatureMap student, FeatureMap teacher) {}
