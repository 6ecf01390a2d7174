package io.pitlane.formats.onnx;

/** Fake quantization: rounding to the values of a quantization. */
final class Quantizing {
    private Quantizing() {}

    static void fakeQuantization(OpNode node) {
        var quantization =
                node.quantization()
                        .orElseThrow(
                                () ->
                                        node.unsupported(
                                                "it is no quantization between constant limits"));
        var x = node.tensor(0);
        node.result(node.quantizeLinear().rounded(node.name(), x.name(), quantization), x.order());
    }
}
