package io.pitlane.formats.onnx;

/** Batch normalisation that no layer could take into its weights. */
final class Normalization {
    /** Of images with the channels first, all axes but theirs. */
    private static final long[] STATISTICS_AXES = {0, 2, 3};

    private Normalization() {}

    /**
     * FusedBatchNorm and its successors: with given statistics, or with those of the batch. Keras
     * computes layer normalisation with the latter, every position of the input as a channel.
     */
    static void batchNorm(OpNode node) {
        if (node.isUsed(1) || node.isUsed(2)) {
            throw node.unsupported("its mean or variance is used");
        }
        if (node.rank(0) != 4) {
            throw node.unsupported("its input does not have four axes");
        }
        if (node.attributes().bool("is_training", true)) {
            byBatch(node);
        } else {
            byStatistics(node);
        }
    }

    /** LRN, over channels; ONNX divides {@code alpha} by the number of channels that it sums. */
    static void localResponse(OpNode node) {
        var attributes = node.attributes();
        long size = 2 * attributes.integer("depth_radius", 5) + 1;
        var order = AxisOrder.ofImages(true);
        var normal =
                node.write("LRN")
                        .input(node.inOrder(0, order))
                        .attribute("size", size)
                        .attribute("alpha", attributes.number("alpha", 1) * size)
                        .attribute("beta", attributes.number("beta", 0.5f))
                        .attribute("bias", attributes.number("bias", 1));
        node.result(normal.add(), order);
    }

    private static void byStatistics(OpNode node) {
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        var norm = node.write("BatchNormalization").input(node.inOrder(0, order));
        for (int slot = 1; slot <= 4; slot++) {
            norm.input(node.unchanged(slot));
        }
        norm.attribute("epsilon", epsilon(node));
        node.result(norm.add(), order);
    }

    private static void byBatch(OpNode node) {
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        var x = node.inOrder(0, order);
        var centred = node.step("Sub").input(x).input(mean(node, x)).add();
        var squares = node.step("Mul").input(centred).input(centred).add();
        var variance =
                node.step("Add")
                        .input(mean(node, squares))
                        .input(node.scalar("epsilon", epsilon(node)))
                        .add();
        var deviation = node.step("Sqrt").input(variance).add();
        var normal = node.step("Div").input(centred).input(deviation).add();
        var scaled = node.step("Mul").input(normal).input(perChannel(node, 1)).add();
        node.result(node.write("Add").input(scaled).input(perChannel(node, 2)).add(), order);
    }

    private static float epsilon(OpNode node) {
        return node.attributes().number("epsilon", 1e-4f);
    }

    private static String mean(OpNode node, String tensor) {
        return node.step("ReduceMean")
                .input(tensor)
                .attribute("axes", STATISTICS_AXES)
                .attribute("keepdims", 1)
                .add();
    }

    /** A vector of one value for each channel, to be broadcast to height and width. */
    private static String perChannel(OpNode node, int slot) {
        return node.step("Unsqueeze")
                .input(node.unchanged(slot))
                .input(node.vector("axes", 1, 2))
                .add();
    }
}
