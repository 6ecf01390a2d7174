package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;

/**
 * ResizeBilinear and ResizeNearestNeighbor between fixed sizes. ONNX gets scales, because sizes
 * would fix the batch.
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
        var resized =
                node.write("Resize")
                        .input(node.inOrder(0, ORDER))
                        .noInput()
                        .input(node.constant("scales", scales(node)))
                        .attribute("mode", mode)
                        .attribute("coordinate_transformation_mode", coordinates);
        if (mode.equals("nearest")) {
            resized.attribute(
                    "nearest_mode", corners || halfPixels ? "round_prefer_ceil" : "floor");
        }
        node.result(resized.add(), ORDER);
    }

    private static FloatTensor scales(OpNode node) {
        var target = node.ints(1, "target size");
        var images = node.shape(0);
        if (images.isUnknown() || images.get(1) < 0 || images.get(2) < 0) {
            throw node.unsupported("the size of its images is not fixed");
        }
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
