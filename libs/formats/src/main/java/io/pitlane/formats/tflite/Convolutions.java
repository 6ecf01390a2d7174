package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ConcatenationOptionsT;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.DepthwiseConv2DOptionsT;
import org.tensorflow.lite.schema.ShapeOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.lite.schema.TransposeConvOptionsT;
import org.tensorflow.ndarray.Shape;

/** Convolutions of images, each with the bias and the activation behind it in one operator. */
final class Convolutions {
    private static final int INT8 = 3;
    private static final int INT16 = 4;
    private static final int INT16_DEPTHWISE = 5;
    private static final int GROUPED = 6;
    private static final int DILATED = 2;
    private static final int WITH_ACTIVATION = 4;

    private Convolutions() {}

    /** Conv2D, dilated and grouped as well. */
    static void convolution(OpNode node) {
        var window = SpatialWindow.of(node);
        var values = node.floats(1, "kernel");
        var layer = FusedLayer.of(node, 0, Kernel.outputsLast(values, node.quantization(1)));
        var options = new Conv2DOptionsT();
        options.setPadding(window.schemaPadding());
        options.setStrideH(window.rows());
        options.setStrideW(window.columns());
        options.setDilationHFactor(window.dilatedRows());
        options.setDilationWFactor(window.dilatedColumns());
        options.setFusedActivationFunction(layer.activation());
        layer.result(
                node.operator(BuiltinOperator.CONV_2D)
                        .version(version(isGrouped(node, values), layer))
                        .input(window.padded(node, layer.input()))
                        .input(layer.weights())
                        .input(layer.bias())
                        .options(BuiltinOptions.Conv2DOptions, options));
    }

    /** DepthwiseConv2dNative. */
    static void depthwise(OpNode node) {
        var window = SpatialWindow.of(node);
        var values = node.floats(1, "kernel");
        var layer = FusedLayer.of(node, 0, Kernel.depthwise(values, node.quantization(1)));
        var options = new DepthwiseConv2DOptionsT();
        options.setPadding(window.schemaPadding());
        options.setStrideH(window.rows());
        options.setStrideW(window.columns());
        options.setDilationHFactor(window.dilatedRows());
        options.setDilationWFactor(window.dilatedColumns());
        options.setDepthMultiplier((int) values.shape()[3]);
        options.setFusedActivationFunction(layer.activation());
        layer.result(
                node.operator(BuiltinOperator.DEPTHWISE_CONV_2D)
                        .version(depthwiseVersion(layer, window))
                        .input(window.padded(node, layer.input()))
                        .input(layer.weights())
                        .input(layer.bias())
                        .options(BuiltinOptions.DepthwiseConv2DOptions, options));
    }

    /** Conv2DBackpropInput. TFLite, as TensorFlow, wants the sizes of the result as an input. */
    static void transposed(OpNode node) {
        var window = SpatialWindow.of(node);
        var values = node.floats(1, "kernel");
        if (window.isDilated()) {
            throw node.unsupported("it is dilated");
        }
        if (window.padding().equals("EXPLICIT")) {
            throw node.unsupported("its padding is explicit");
        }
        if (channels(node, node.shape(2)) != values.shape()[3]) {
            throw node.unsupported("it is grouped");
        }
        var sizes = sizes(node, window, values.shape());
        var layer = FusedLayer.of(node, 2, Kernel.outputsBeforeLast(values, node.quantization(1)));
        var options = new TransposeConvOptionsT();
        options.setPadding(window.schemaPadding());
        options.setStrideH(window.rows());
        options.setStrideW(window.columns());
        options.setFusedActivationFunction(layer.activation());
        layer.result(
                node.operator(BuiltinOperator.TRANSPOSE_CONV)
                        .version(WITH_ACTIVATION)
                        .input(sizes)
                        .input(layer.weights())
                        .input(layer.input())
                        .input(layer.bias())
                        .options(BuiltinOptions.TransposeConvOptions, options));
    }

    /**
     * The sizes of the result, with a batch of 1 where it is open: XNNPACK takes only constant
     * sizes, and of them height and width, so the batch is that of the features. Where it has no
     * kernel, the batch is read from the features.
     */
    private static TfliteTensor sizes(OpNode node, SpatialWindow window, long... kernel) {
        var constant = node.knownInts(0);
        if (constant.isEmpty() || constant.get()[0] >= 0) {
            return node.int32(0);
        }
        var sizes = constant.get();
        return window.rows() <= kernel[0] && window.columns() <= kernel[1]
                ? node.vector("sizes", 1, sizes[1], sizes[2], sizes[3])
                : computedSizes(node, sizes);
    }

    private static TfliteTensor computedSizes(OpNode node, long... sizes) {
        var shape = new ShapeOptionsT();
        shape.setOutType(TensorType.INT32);
        var features =
                node.step(
                        node.operator(BuiltinOperator.SHAPE)
                                .input(node.tensor(2))
                                .options(BuiltinOptions.ShapeOptions, shape),
                        TensorType.INT32,
                        Shape.of(4));
        var batch =
                node.step(
                        node.operator(BuiltinOperator.SLICE)
                                .input(features)
                                .input(node.vector("batch/begin", 0))
                                .input(node.vector("batch/size", 1)),
                        TensorType.INT32,
                        Shape.of(1));
        return node.step(
                node.operator(BuiltinOperator.CONCATENATION)
                        .input(batch)
                        .input(node.vector("image", sizes[1], sizes[2], sizes[3]))
                        .options(BuiltinOptions.ConcatenationOptions, new ConcatenationOptionsT()),
                TensorType.INT32,
                Shape.of(4));
    }

    private static int version(boolean grouped, FusedLayer layer) {
        if (grouped) {
            return GROUPED;
        }
        return layer.isInt16() ? INT16 : layer.isInteger() ? INT8 : 1;
    }

    private static int depthwiseVersion(FusedLayer layer, SpatialWindow window) {
        if (layer.isInt16()) {
            return INT16_DEPTHWISE;
        }
        return layer.isInteger() ? INT8 : window.isDilated() ? DILATED : 1;
    }

    private static boolean isGrouped(OpNode node, FloatTensor kernel) {
        return channels(node, node.shape(0)) != kernel.shape()[2];
    }

    private static long channels(OpNode node, Shape images) {
        long channels = images.isUnknown() ? -1 : images.get(3);
        if (channels < 0) {
            throw node.unsupported("the number of its channels is not fixed");
        }
        return channels;
    }
}
