package io.pitlane.model.channels;

/**
 * A number in a shape that counts channels: entry {@code position} of the shape which input {@code
 * slot} of a node takes.
 *
 * @param node name of the node, as a Reshape
 * @param slot which of its inputs the shape is
 * @param position which entry of the shape
 * @param counted the channels it counts
 */
record SizeEntry(String node, int slot, int position, Channels counted) {}
