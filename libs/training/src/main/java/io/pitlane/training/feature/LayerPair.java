package io.pitlane.training.feature;

/**
 * A layer of the student and the layer of the teacher whose output it is to match.
 *
 * @param student layer of the student
 * @param teacher layer of the teacher
 */
public record LayerPair(FeatureMap student, FeatureMap teacher) {}
