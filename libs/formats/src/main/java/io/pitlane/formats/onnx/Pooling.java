package io.pitlane.formats.onnx;

import java.util.List;

/** MaxPool and AvgPool over height and width; neither counts padding. */
final class Pooling {
    private Pooling() {}

    /** A pooling as the ONNX operation {@code opType}. */
    static OpConverter as(String opType) {
        return node -> write(node, opType);
    }

    private static void write(OpNode node, String opType) {
        var attributes = node.attributes();
        boolean channelsLast = attributes.channelsLast();
        var window = attributes.ints("ksize", List.of());
        if (window.get(0) != 1 || window.get(channelsLast ? 3 : 1) != 1) {
            throw node.unsupported("its window covers several images or channels");
        }
        int height = channelsLast ? 1 : 2;
        var order = AxisOrder.ofImages(channelsLast);
        var pooling = node.write(opType).input(node.inOrder(0, order));
        SpatialWindow.of(node, window.get(height), window.get(height + 1))
                .describe(pooling, node.shape(0));
        node.result(pooling.add(), order);
    }
}
