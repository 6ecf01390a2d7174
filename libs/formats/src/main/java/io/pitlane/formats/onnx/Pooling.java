package io.pitlane.formats.onnx;

import java.util.List;

/** MaxPool and AvgPool, also of volumes; neither counts padding. */
final class Pooling {
    private Pooling() {}

    /** A pooling of images as the ONNX operation {@code opType}. */
    static OpConverter as(String opType) {
        return node -> write(node, opType, AxisOrder.ofImages(node.attributes().channelsLast()));
    }

    /** A pooling of volumes likewise. */
    static OpConverter ofVolumes(String opType) {
        return node -> write(node, opType, AxisOrder.ofVolumes(node.attributes().channelsLast()));
    }

    private static void write(OpNode node, String opType, AxisOrder order) {
        var attributes = node.attributes();
        boolean channelsLast = attributes.channelsLast();
        var window = attributes.ints("ksize", List.of());
        if (window.get(0) != 1 || window.get(channelsLast ? order.rank() - 1 : 1) != 1) {
            throw node.unsupported("its window covers several images or channels");
        }
        int first = channelsLast ? 1 : 2;
        var sides = window.subList(first, first + order.rank() - 2);
        var pooling = node.write(opType).input(node.inOrder(0, order));
        SpatialWindow.of(node, sides.stream().mapToLong(side -> side).toArray())
                .describe(pooling, node.shape(0));
        node.result(pooling.add(), order);
    }
}
