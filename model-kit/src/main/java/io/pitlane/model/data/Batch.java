package io.pitlane.model.data;

import io.pitlane.model.graph.FloatTensor;

/**
 * Images ready for the model.
 *
 * @param images the model's input
 * @param indices which image of the set stands at each position
 * @param size how many positions count; those behind repeat images, because the model takes a fixed
 *     number
 */
public record Batch(FloatTensor images, int[] indices, int size) {}
