package io.pitlane.graph.quantization;

import static io.pitlane.contract.failure.FailureException.invalidInput;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT8;
import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;

/**
 * A quantized graph whose input takes bytes: the integers of the input's quantization, which is of
 * 8 unsigned bits, or those less 128 as signed bytes. Where pixels of 0..255 are scaled to the
 * whole range of the input, the unsigned ones are the pixels.
 *
 * @param graph takes bytes where the float graph takes {@code scale * (byte - zeroPoint)}
 * @param input the name of the input
 * @param scale what a step of the bytes stands for
 * @param zeroPoint the byte of 0
 */
public record ByteInput(FlatGraph graph, String input, double scale, int zeroPoint) {
    private static final int SIGNED_OFFSET = 128;

    /**
     * Changes the input of a quantized graph.
     *
     * @param signed whether it takes int8, else uint8
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT unless one input is
     *     quantized to unsigned bytes
     */
    public static ByteInput of(FlatGraph graph, boolean signed) {
        var ports = graph.signature().inputs();
        var quantized =
                ports.stream().filter(port -> quantization(graph, port).isPresent()).toList();
        if (quantized.size() != 1) {
            throw invalidInput(
                    "%d inputs of the model are quantized to bytes 0..255 (it has %s), but %s takes one."
                            .formatted(
                                    quantized.size(),
                                    ports.stream()
                                            .map(Port::name)
                                            .collect(Collectors.joining(", ")),
                                    signed ? "int8" : "uint8"),
                    "Quantize the model first, with scheme int8 and its first layers in int8, or export"
                            + " it with float32 inputs.");
        }
        var port = quantized.get(0);
        var quantization = quantization(graph, port).orElseThrow();
        int zeroPoint = quantization.zeroPoint() - (signed ? SIGNED_OFFSET : 0);
        var type = signed ? DT_INT8 : DT_UINT8;
        return new ByteInput(
                changed(graph, port, type, quantization.scales()[0], zeroPoint),
                port.name(),
                quantization.scale(),
                zeroPoint);
    }

    private static Optional<Quantization> quantization(FlatGraph graph, Port port) {
        return graph.uses(port.tensor()).stream()
                .flatMap(use -> FakeQuantization.of(graph, use.consumer()).stream())
                .filter(q -> q.bits() == Byte.SIZE && !q.signed() && !q.isPerChannel())
                .findFirst();
    }

    private static FlatGraph changed(
            FlatGraph graph, Port port, DataType type, float scale, int zeroPoint) {
        var editor = graph.edit();
        var input = port.tensor().node();
        var values = editor.freshName(input + "/values");
        editor.redirect(port.tensor(), TensorRef.of(values));
        editor.put(
                NodeBuilder.of("Placeholder", input)
                        .attrsOf(graph.node(input))
                        .type("dtype", type)
                        .build());
        var floats = editor.freshName(input + "/float");
        editor.put(
                NodeBuilder.of("Cast", floats)
                        .input(input)
                        .type("SrcT", type)
                        .type("DstT", DT_FLOAT)
                        .build());
        var centred = floats;
        if (zeroPoint != 0) {
            centred = editor.freshName(input + "/centred");
            binary(editor, "Sub", centred, floats, zeroPoint);
        }
        binary(editor, "Mul", values, centred, scale);
        return editor.inputs(
                        graph.signature().inputs().stream()
                                .map(known -> known.equals(port) ? bytes(port, type) : known)
                                .toList())
                .build();
    }

    private static Port bytes(Port port, DataType type) {
        return new Port(port.name(), port.tensor(), type, port.shape());
    }

    private static void binary(
            GraphEditor editor, String op, String name, String operand, float constant) {
        var right = editor.freshName(name + "/by");
        editor.put(new FloatTensor(new float[] {constant}).toConst(right));
        editor.put(
                NodeBuilder.of(op, name).input(operand).input(right).type("T", DT_FLOAT).build());
    }

    /** What a byte stands for: {@code 0.0078 * (byte - 128)}. */
    public String formula() {
        return zeroPoint < 0
                ? String.format(Locale.ROOT, "%.6g * (byte + %d)", scale, -zeroPoint)
                : String.format(Locale.ROOT, "%.6g * (byte - %d)", scale, zeroPoint);
    }
}
