package io.pitlane.data.preprocessing;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.stream.IntStream;

/**
 * Puts the last part of the preprocessing into a model: {@code (pixel * scale - mean) / std}, per
 * channel. Its image inputs take pixels 0..255 as uint8 then, resized and with their channels in
 * the model's order; {@link Preprocessor} makes such pixels for an input of uint8.
 */
public final class PixelInput {
    private final InputSpec spec;
    private final GraphEditor editor;

    private PixelInput(InputSpec spec, GraphEditor editor) {
        this.spec = spec;
        this.editor = editor;
    }

    /**
     * The same model for pixels. Inputs of uint8 already take them.
     *
     * @param graph takes float32 images as the specification preprocesses them, without a
     *     standardization per image
     */
    public static FlatGraph of(FlatGraph graph, InputSpec spec) {
        var inputs = ModelInputs.of(graph.signature(), spec);
        if (inputs.image().dtype() != DT_FLOAT) {
            return graph;
        }
        var pixels = new PixelInput(spec, graph.edit());
        var ports =
                graph.signature().inputs().stream()
                        .map(port -> inputs.isImage(port) ? pixels.changed(graph, port) : port)
                        .toList();
        return pixels.editor.inputs(ports).build();
    }

    private Port changed(FlatGraph graph, Port port) {
        var input = port.tensor().node();
        var floats = editor.freshName(input + "/float");
        var scaled = editor.freshName(input + "/scaled");
        var values = editor.freshName(input + "/values");
        editor.redirect(port.tensor(), TensorRef.of(values));
        editor.put(
                NodeBuilder.of("Placeholder", input)
                        .attrsOf(graph.node(input))
                        .type("dtype", DT_UINT8)
                        .build());
        editor.put(
                NodeBuilder.of("Cast", floats)
                        .input(port.tensor())
                        .type("SrcT", DT_UINT8)
                        .type("DstT", DT_FLOAT)
                        .build());
        var order = InputLayout.of(port, spec.channels().count()).order();
        var normalization = new Normalization(spec);
        add("Mul", scaled, floats, perChannel(normalization::scale, order));
        add("Sub", values, scaled, perChannel(normalization::shift, order));
        return new Port(port.name(), port.tensor(), DT_UINT8, port.shape());
    }

    private void add(String op, String name, String operand, FloatTensor constant) {
        var right = editor.freshName(name + "/by");
        editor.put(constant.toConst(right));
        editor.put(
                NodeBuilder.of(op, name).input(operand).input(right).type("T", DT_FLOAT).build());
    }

    /** Of a shape that is repeated over the pixels of an image. */
    private FloatTensor perChannel(ChannelValue value, InputLayout.Order order) {
        if (spec.mean().size() == 1 && spec.std().size() == 1) {
            return new FloatTensor(new float[] {value.of(0)});
        }
        int channels = spec.channels().count();
        var values = new float[channels];
        IntStream.range(0, channels).forEach(c -> values[c] = value.of(c));
        return order == InputLayout.Order.CHANNELS_FIRST
                ? new FloatTensor(values, channels, 1, 1)
                : new FloatTensor(values, channels);
    }

    @FunctionalInterface
    private interface ChannelValue {
        float of(int channel);
    }
}
