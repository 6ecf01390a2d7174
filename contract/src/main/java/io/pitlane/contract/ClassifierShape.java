package io.pitlane.contract;

/**
 * What a classifier takes and gives.
 *
 * @param height of its images, in pixels
 * @param width of its images, in pixels
 * @param channels of its images
 * @param classes it tells apart; 1 where one output tells two apart
 */
public record ClassifierShape(int height, int width, int channels, int classes) {}
