package io.pitlane.formats.onnx.reading;

import java.util.Arrays;

/** Resize and Upsample. */
final class ResizeReading {
    private ResizeReading() {}

    /** Resize and Upsample of the spatial axes, by TensorFlow's kernels that compute the same. */
    static void resize(OnnxNode node) {
        var input = node.shape(0);
        node.require(
                input.length == 4 && input[2] > 0 && input[3] > 0,
                "it does not resize images of a fixed size");
        var sizes = sizes(node, input);
        var mode = node.string("mode", "nearest");
        var coordinates =
                node.string(
                        "coordinate_transformation_mode",
                        node.opset() < 11 ? "asymmetric" : "half_pixel");
        boolean corners = coordinates.equals("align_corners");
        boolean halfPixels = coordinates.equals("half_pixel");
        if (coordinates.equals("pytorch_half_pixel")) {
            halfPixels = sizes[0] > 1 && sizes[1] > 1;
            node.require(halfPixels, "it resizes to one row or column");
        }
        node.require(
                corners || halfPixels || coordinates.equals("asymmetric"),
                "its coordinate_transformation_mode is " + coordinates);
        node.require(node.integer("antialias", 0) == 0, "it resizes with antialiasing");
        boolean nearest = mode.equals("nearest");
        boolean wholeFactor = sizes[0] % input[2] == 0 && sizes[1] % input[3] == 0;
        if (nearest && wholeFactor && !corners) {
            halfPixels = false;
        } else if (nearest) {
            var rounding =
                    node.string("nearest_mode", node.opset() < 11 ? "floor" : "round_prefer_floor");
            node.require(
                    corners || halfPixels
                            ? rounding.equals("round_prefer_ceil")
                            : rounding.equals("floor"),
                    "it resizes by nearest values with nearest_mode " + rounding);
        } else {
            node.require(mode.equals("linear") || mode.equals("bilinear"), "its mode is " + mode);
        }
        node.result(
                node.write(nearest ? "ResizeNearestNeighbor" : "ResizeBilinear")
                        .input(node.channelsLast(0))
                        .input(node.vector(sizes))
                        .attribute("align_corners", corners)
                        .attribute("half_pixel_centers", halfPixels)
                        .add(),
                OnnxNode.channelsLastOrder(4));
    }

    /** Height and width of the result. */
    private static long[] sizes(OnnxNode node, long[] input) {
        if (node.hasInput(3)) {
            var sizes =
                    node.elements(3).orElseThrow(() -> node.unsupported("its sizes are computed"));
            boolean ofSpace = sizes.length == 4 && sizes[2] > 0 && sizes[3] > 0;
            node.require(ofSpace, "its sizes are computed, or not of images");
            node.require(
                    sizes[1] == input[1] && !node.has("axes"), "it resizes along the channels");
            return Arrays.copyOfRange(sizes, 2, 4);
        }
        int slot = node.opset() < 11 ? 1 : 2;
        var scales = node.has("scales") ? node.numbers("scales") : values(node, slot);
        node.require(
                scales.length == 4 && scales[0] == 1 && scales[1] == 1,
                "it resizes by " + Arrays.toString(scales));
        var sizes = new long[2];
        for (int i = 0; i < 2; i++) {
            double exact = (double) input[i + 2] * scales[i + 2];
            sizes[i] = (long) Math.floor(exact + 1e-4);
            node.require(
                    Math.abs(exact - sizes[i]) < 1e-3,
                    "it resizes %d rows or columns by %s, which are no whole number"
                            .formatted(input[i + 2], scales[i + 2]));
        }
        return sizes;
    }

    private static float[] values(OnnxNode node, int slot) {
        return node.floats(slot, "scales").values();
    }
}
