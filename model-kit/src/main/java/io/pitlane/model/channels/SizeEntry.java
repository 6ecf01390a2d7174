package io.pitlane.model.channels;

/**
 * A number in a shape, or a place along an axis, that counts channels.
 *
 * @param entry where it stands
 * @param counted the channels it counts
 */
record SizeEntry(ShapeVector entry, Channels counted) {}
