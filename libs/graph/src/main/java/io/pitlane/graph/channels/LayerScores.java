package io.pitlane.graph.channels;

/**
 * The scores of the channels of one layer.
 *
 * @param channels the channel at each position, by its id in the dependency graph; a channel may be
 *     at several
 * @param scores one for each position, 0 or more
 */
public record LayerScores(int[] channels, double[] scores) {}
