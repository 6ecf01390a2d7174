package io.pitlane.graph.channels.dependency;

import org.tensorflow.proto.NodeDef;

/**
 * What one kind of op does with channels: which of its outputs' channels are which of its inputs'
 * or weights'. A rule that cannot say so freezes what reaches the node.
 */
@FunctionalInterface
interface TransferRule {
    void trace(NodeDef node, ChannelTrace trace);
}
