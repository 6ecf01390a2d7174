package io.pitlane.formats.tflite;

import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Pool2DOptionsT;

/** MaxPool and AvgPool over height and width; neither counts padding. */
final class Pooling {
    private static final int INT8 = 2;

    private Pooling() {}

    /** MaxPool, of integers too. */
    static void maximum(OpNode node) {
        var window = SpatialWindow.of(node);
        var images =
                window.isExplicit()
                        ? window.padded(node, node.tensor(0), -Float.MAX_VALUE)
                        : node.held(0);
        var options = options(node, window);
        options.setFusedActivationFunction(node.absorbActivation());
        node.resultLike(
                node.operator(BuiltinOperator.MAX_POOL_2D)
                        .version(images.isQuantized() ? INT8 : 1)
                        .input(images)
                        .options(BuiltinOptions.Pool2DOptions, options),
                images);
    }

    /** AvgPool, in int8 where its result is quantized as its input is. */
    static void average(OpNode node) {
        var options = options(node, SpatialWindow.of(node));
        var integers = node.held(0);
        options.setFusedActivationFunction(node.absorbActivation());
        var quantization =
                node.absorbQuantization(result -> result.equals(integers.quantization()));
        var pooling =
                node.operator(BuiltinOperator.AVERAGE_POOL_2D)
                        .options(BuiltinOptions.Pool2DOptions, options);
        if (quantization.isPresent()) {
            node.result(pooling.version(INT8).input(integers), quantization.get());
        } else {
            node.result(pooling.input(node.tensor(0)));
        }
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
