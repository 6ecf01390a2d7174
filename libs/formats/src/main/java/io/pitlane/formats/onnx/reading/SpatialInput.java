package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import java.util.Arrays;
import org.tensorflow.Output;

/**
 * The input of an operation over space, as TensorFlow's kernels take it: {@code [N, H, W, C]}. A
 * sequence {@code [N, L, C]} becomes an image of height 1.
 *
 * @param node the node
 * @param rank rank of its input in ONNX
 */
record SpatialInput(OnnxNode node, int rank) {

    /**
     * The input of a node.
     *
     * @throws UnsupportedOperatorException when it has other than one or two spatial axes, or three
     *     where they are supported
     */
    static SpatialInput of(OnnxNode node, boolean volumes) {
        int rank = node.rank(0);
        node.require(
                rank == 3 || rank == 4 || volumes && rank == 5,
                "its input has " + (rank - 2) + " spatial axes");
        return new SpatialInput(node, rank);
    }

    private boolean isSequence() {
        return rank == 3;
    }

    AxisOrder order() {
        return OnnxNode.channelsLastOrder(rank);
    }

    /** Sizes of the spatial axes, -1 where one is variable. */
    long[] sizes() {
        return withHeight(Arrays.copyOfRange(node.shape(0), 2, rank), 1);
    }

    /** Number of channels, -1 where it is variable. */
    long channels() {
        return node.shape(0)[1];
    }

    /** Values of the spatial axes, with one for the height of a sequence. */
    long[] withHeight(long[] spatial, long height) {
        if (!isSequence()) {
            return spatial;
        }
        return new long[] {height, spatial[0]};
    }

    /** The input itself. */
    Output<?> images() {
        var images = node.inOrder(0, order());
        return isSequence()
                ? node.step("ExpandDims").input(images).input(node.integer(1)).add()
                : images;
    }

    /** The input with constants around it, where the window's padding is not SAME. */
    Output<?> padded(WindowReading window, float value) {
        var images = images();
        if (window.same() || !window.isPadded()) {
            return images;
        }
        return PaddingReading.constant(node, images, window.paddings(), value);
    }

    /** Sets the node's result from one of TensorFlow's kernels. */
    void result(Output<?> images) {
        node.result(
                isSequence()
                        ? node.step("Squeeze")
                                .input(images)
                                .attribute("squeeze_dims", new long[] {1})
                                .add()
                        : images,
                order());
    }
}
