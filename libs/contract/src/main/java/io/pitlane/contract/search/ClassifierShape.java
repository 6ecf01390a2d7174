package io.pitlane.contract.search;

/**
 * Input and output sizes of an image classifier.
 *
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param channels of the images
 * @param classes number of classes; 1 where a single output distinguishes two
 */
public record ClassifierShape(int height, int width, int channels, int classes) {}
