package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * Writes a dense layer as {@code _QuantizedMatMul}: int8 in; int8 out for a following int8 layer,
 * or float out for all other consumers, which avoids a rounding.
 */
final class Int8DenseWriter {
    static final String OP = "_QuantizedMatMul";

    /** Floats are not shifted. */
    private static final ActivationScale FLOAT_OUTPUT = new ActivationScale(Quantization.signed(1));

    private final GraphEditor editor;
    private final QuantizationBoundaries boundaries;

    Int8DenseWriter(GraphEditor editor, QuantizationBoundaries boundaries) {
        this.editor = editor;
        this.boundaries = boundaries;
    }

    /** Adds the kernel to the graph in place of the layer's last node, with float output. */
    void writeFloat(FusedLayer layer) {
        var name = layer.output().node();
        var node = node(layer, name, name + "/int8", FLOAT_OUTPUT);
        editor.put(
                node.type("Tout", DT_FLOAT)
                        .types("Thost_inputs", inputTypes(layer, 0))
                        .types("Thost_outputs", List.of(DT_FLOAT))
                        .strings("fused_ops", fusedOps(layer, "Dequantize"))
                        .build());
    }

    /**
     * Adds the kernel to the graph, with int8 output.
     *
     * @param output what its bytes stand for; values outside saturate
     */
    Int8Tensor writeInt8(FusedLayer layer, ActivationScale output) {
        var type = output.type();
        var name = editor.freshName(layer.output().node() + "/int8");
        var node =
                node(layer, name, name, output)
                        .input(boundaries.scalar(name + "/min", output.lowerLimit()))
                        .input(boundaries.scalar(name + "/max", output.limit()));
        editor.put(
                node.type("Tout", type)
                        .types("Thost_inputs", inputTypes(layer, 2))
                        .types("Thost_outputs", List.of(type, DT_FLOAT, DT_FLOAT))
                        .strings("fused_ops", fusedOps(layer, "Requantize"))
                        .build());
        return Int8Tensor.outputsOf(name, output);
    }

    private NodeBuilder node(
            FusedLayer layer, String name, String constants, ActivationScale output) {
        boolean transposed = Attributes.of(layer.product()).bool("transpose_b", false);
        var input = boundaries.of(layer.input());
        var weights = boundaries.weights(layer);
        var bias = ZeroPointCompensation.of(layer, weights, input, Optional.empty(), output);
        editor.put(weights.toConst(constants + "/weights"));
        editor.put(weights.range(-1).toConst(constants + "/weights_min"));
        editor.put(weights.range(1).toConst(constants + "/weights_max"));
        editor.put(bias.toConst(constants + "/bias"));
        return NodeBuilder.of(OP, name)
                .input(input.value())
                .input(constants + "/weights")
                .input(constants + "/bias")
                .input(input.min())
                .input(input.max())
                .input(constants + "/weights_min")
                .input(constants + "/weights_max")
                .type("T1", input.type())
                .type("T2", DT_QINT8)
                .type("Tbias", DT_FLOAT)
                .type("U", DT_FLOAT)
                .types("Tdevice_inputs", List.of())
                .types("Tdevice_outputs", List.of())
                .bool("transpose_a", false)
                .bool("transpose_b", transposed)
                .bool("is_weight_const", true)
                .bool("is_bias_const", true)
                .string("input_quant_mode", "SCALED")
                .string("output_quant_mode", "SCALED");
    }

    private List<DataType> inputTypes(FusedLayer layer, int outputLimits) {
        var types = new ArrayList<>(List.of(boundaries.of(layer.input()).type(), DT_QINT8));
        for (int i = 0; i < 5 + outputLimits; i++) {
            types.add(DT_FLOAT);
        }
        return types;
    }

    private static List<String> fusedOps(FusedLayer layer, String last) {
        return switch (layer.activation()) {
            case NONE -> List.of("BiasAdd", last);
            case RELU -> List.of("BiasAdd", "Relu", last);
            case RELU6 -> List.of("BiasAdd", "Relu6", last);
        };
    }
}
