package io.pitlane.formats.tflite;

import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.MirrorPadMode;
import org.tensorflow.lite.schema.MirrorPadOptionsT;

/** PadV2 and MirrorPad. */
final class Padding {
    private Padding() {}

    /** PadV2: with its third input. */
    static void constant(OpNode node) {
        node.result(
                node.operator(BuiltinOperator.PADV2)
                        .input(node.tensor(0))
                        .input(node.int32(1))
                        .input(node.tensor(2)));
    }

    static void mirror(OpNode node) {
        boolean symmetric = node.attributes().string("mode", "").equals("SYMMETRIC");
        var options = new MirrorPadOptionsT();
        options.setMode(symmetric ? MirrorPadMode.SYMMETRIC : MirrorPadMode.REFLECT);
        node.resultLike(
                node.operator(BuiltinOperator.MIRROR_PAD)
                        .input(node.held(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.MirrorPadOptions, options),
                node.held(0));
    }
}
