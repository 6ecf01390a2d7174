package io.pitlane.formats.onnx.reading;

import java.util.stream.LongStream;

/** Blocks of an image as channels, and back. */
final class BlockReading {
    private BlockReading() {}

    /** DepthToSpace: with the channels of a block in the order of either mode. */
    static void depthToSpace(OnnxNode node) {
        long block = node.integer("blocksize", 0);
        var images = node.channelsLast(0);
        if (node.string("mode", "DCR").equals("CRD")) {
            long channels = node.shape(0)[1];
            long area = block * block;
            node.require(channels > 0, "the number of its channels is not fixed");
            var order =
                    LongStream.range(0, channels)
                            .map(i -> i % (channels / area) * area + i / (channels / area))
                            .toArray();
            images =
                    node.step("GatherV2")
                            .input(images)
                            .input(node.vector(order))
                            .input(node.integer(3))
                            .add();
        }
        node.result(
                node.write("DepthToSpace").input(images).attribute("block_size", block).add(),
                OnnxNode.channelsLastOrder(4));
    }

    static void spaceToDepth(OnnxNode node) {
        node.result(
                node.write("SpaceToDepth")
                        .input(node.channelsLast(0))
                        .attribute("block_size", node.integer("blocksize", 0))
                        .add(),
                OnnxNode.channelsLastOrder(4));
    }
}
