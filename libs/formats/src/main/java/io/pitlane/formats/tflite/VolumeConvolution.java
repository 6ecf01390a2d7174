package io.pitlane.formats.tflite;

import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Conv3DOptionsT;
import org.tensorflow.lite.schema.Padding;

/** Conv3D, with the bias and the activation behind it; TFLite computes it in float32. */
final class VolumeConvolution {
    private static final List<Long> ONES = List.of(1L, 1L, 1L, 1L, 1L);

    /** The axis of the channels of {@code [N, D, H, W, C]}. */
    private static final int CHANNELS = 4;

    private VolumeConvolution() {}

    static void write(OpNode node) {
        node.requireChannelsLast();
        var values = node.floats(1, "kernel");
        var volumes = node.shape(0);
        if (volumes.isUnknown() || volumes.get(CHANNELS) != values.shape()[CHANNELS - 1]) {
            throw node.unsupported("it is grouped, or the number of its channels is not fixed");
        }
        var layer = FusedLayer.ofFloats(node, 0, Kernel.ofVolumes(values, node.quantization(1)));
        var strides = orOnes(node.attributes().ints("strides", ONES));
        var dilations = orOnes(node.attributes().ints("dilations", ONES));
        var options = new Conv3DOptionsT();
        options.setPadding(
                node.attributes().string("padding", "").equals("SAME")
                        ? Padding.SAME
                        : Padding.VALID);
        options.setStrideD(strides.get(1).intValue());
        options.setStrideH(strides.get(2).intValue());
        options.setStrideW(strides.get(3).intValue());
        options.setDilationDFactor(dilations.get(1).intValue());
        options.setDilationHFactor(dilations.get(2).intValue());
        options.setDilationWFactor(dilations.get(3).intValue());
        options.setFusedActivationFunction(layer.activation());
        layer.result(
                node.operator(BuiltinOperator.CONV_3D)
                        .input(layer.input())
                        .input(layer.weights())
                        .input(layer.bias())
                        .options(BuiltinOptions.Conv3DOptions, options));
    }

    private static List<Long> orOnes(List<Long> perAxis) {
        return perAxis.isEmpty() ? ONES : perAxis;
    }
}
