package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
import org.tensorflow.proto.DataType;

/**
 * ResizeBilinear and ResizeNearestNeighbor. Between fixed sizes ONNX gets scales, because sizes
 * would fix the batch; else the sizes are computed.
 */
final class Resizing {
    private static final AxisOrder ORDER = AxisOrder.ofImages(true);

    private Resizing() {}

    static void bilinear(OpNode node) {
        write(node, "linear");
    }

    static void nearest(OpNode node) {
        write(node, "nearest");
    }

    private static void write(OpNode node, String mode) {
        boolean corners = node.attributes().bool("align_corners", false);
        boolean halfPixels = node.attributes().bool("half_pixel_centers", false);
        var coordinates = corners ? "align_corners" : halfPixels ? "half_pixel" : "asymmetric";
        var resized = node.write("Resize").input(node.inOrder(0, ORDER)).noInput();
        if (isFixed(node)) {
            resized.input(node.constant("scales", scales(node)));
        } else {
            resized.noInput().input(sizes(node));
        }
        resized.attribute("mode", mode).attribute("coordinate_transformation_mode", coordinates);
        if (mode.equals("nearest")) {
            resized.attribute(
                    "nearest_mode", corners || halfPixels ? "round_prefer_ceil" : "floor");
        }
        node.result(resized.add(), ORDER);
    }

    private static boolean isFixed(OpNode node) {
        var images = node.shape(0);
        return node.knownInts(1).isPresent()
                && !images.isUnknown()
                && images.get(1) >= 0
                && images.get(2) >= 0;
    }

    /** Batch and channels of the images, then the target size. */
    private static String sizes(OpNode node) {
        var images = node.step("Shape").input(node.inOrder(0, ORDER)).add();
        var kept =
                node.step("Slice")
                        .input(images)
                        .input(node.vector("starts", 0))
                        .input(node.vector("ends", 2))
                        .add();
        var target =
                node.step("Cast")
                        .input(node.unchanged(1))
                        .attribute("to", OnnxType.of(DataType.DT_INT64))
                        .add();
        return node.step("Concat").input(kept).input(target).attribute("axis", 0).add();
    }

    private static FloatTensor scales(OpNode node) {
        var target = node.ints(1, "target size");
        var images = node.shape(0);
        return new FloatTensor(
                new float[] {
                    1, 1, scale(images.get(1), target[0]), scale(images.get(2), target[1])
                },
                4);
    }

    /** The factor whose product with the size, rounded down, is the target. */
    private static float scale(long size, long target) {
        float scale = (float) ((double) target / size);
        while ((long) (scale * size) < target || (long) ((double) scale * size) < target) {
            scale = Math.nextUp(scale);
        }
        return scale;
    }
}
