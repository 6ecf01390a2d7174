package io.pitlane.formats.tflite;

import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ResizeBilinearOptionsT;
import org.tensorflow.lite.schema.ResizeNearestNeighborOptionsT;

/** ResizeBilinear and ResizeNearestNeighbor, to constant sizes or computed ones. */
final class Resizing {
    private static final int WITH_HALF_PIXELS = 3;

    private Resizing() {}

    /** ResizeBilinear, in int8 where its result is quantized as its input is. */
    static void bilinear(OpNode node) {
        var options = new ResizeBilinearOptionsT();
        options.setAlignCorners(node.attributes().bool("align_corners", false));
        options.setHalfPixelCenters(node.attributes().bool("half_pixel_centers", false));
        var integers = node.held(0);
        var quantization =
                node.absorbQuantization(result -> result.equals(integers.quantization()));
        var resizing =
                node.operator(BuiltinOperator.RESIZE_BILINEAR)
                        .version(WITH_HALF_PIXELS)
                        .input(quantization.isPresent() ? integers : node.tensor(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.ResizeBilinearOptions, options);
        if (quantization.isPresent()) {
            node.result(resizing, quantization.get());
        } else {
            node.result(resizing);
        }
    }

    static void nearest(OpNode node) {
        var options = new ResizeNearestNeighborOptionsT();
        options.setAlignCorners(node.attributes().bool("align_corners", false));
        options.setHalfPixelCenters(node.attributes().bool("half_pixel_centers", false));
        node.resultLike(
                node.operator(BuiltinOperator.RESIZE_NEAREST_NEIGHBOR)
                        .version(WITH_HALF_PIXELS)
                        .input(node.held(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.ResizeNearestNeighborOptions, options),
                node.held(0));
    }
}
