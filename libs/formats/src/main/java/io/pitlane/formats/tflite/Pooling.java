package io.pitlane.formats.tflite;

import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Pool2DOptionsT;

/** MaxPool and AvgPool over height and width; neither counts padding. */
final class Pooling {
    private Pooling() {}

    static void maximum(OpNode node) {
        var window = SpatialWindow.of(node);
        var images = window.padded(node, node.held(0), -Float.MAX_VALUE);
        var options = options(node, window);
        options.setFusedActivationFunction(node.absorbActivation());
        node.resultLike(
                node.operator(BuiltinOperator.MAX_POOL_2D)
                        .input(images)
                        .options(BuiltinOptions.Pool2DOptions, options),
                images);
    }

    static void average(OpNode node) {
        var options = options(node, SpatialWindow.of(node));
        options.setFusedActivationFunction(node.absorbActivation());
        node.result(
                node.operator(BuiltinOperator.AVERAGE_POOL_2D)
                        .input(node.tensor(0))
                        .options(BuiltinOptions.Pool2DOptions, options));
    }

    private static Pool2DOptionsT options(OpNode node, SpatialWindow window) {
        var size = node.attributes().ints("ksize", List.of());
        if (size.get(0) != 1 || size.get(3) != 1) {
            throw node.unsupported("its window covers several images or channels");
        }
        var options = new Pool2DOptionsT();
        options.setPadding(window.schemaPadding());
        options.setStrideH(window.rows());
        options.setStrideW(window.columns());
        options.setFilterHeight(size.get(1).intValue());
        options.setFilterWidth(size.get(2).intValue());
        return options;
    }
}
