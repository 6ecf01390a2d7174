package io.pitlane.graph.channels.dependency;

/**
 * An element of a shape, or a position along an axis, that equals a number of channels.
 *
 * @param element the element
 * @param counted the channels it counts
 */
public record ChannelCount(ShapeElement element, Channels counted) {}
