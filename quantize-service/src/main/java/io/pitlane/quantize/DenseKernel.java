package io.pitlane.quantize;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import io.pitlane.model.graph.Attributes;
import io.pitlane.model.graph.GraphEditor;
import io.pitlane.model.graph.NodeBuilder;
import io.pitlane.quantize.Int8Weights.Room;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * Writes a dense layer as {@code _QuantizedMatMul}: bytes in; bytes out for a following int8 layer,
 * floats out for all others, which spares the rounding.
 */
final class DenseKernel {
    static final String OP = "_QuantizedMatMul";

    private final GraphEditor editor;
    private final Int8Tensors tensors;

    DenseKernel(GraphEditor editor, Int8Tensors tensors) {
        this.editor = editor;
        this.tensors = tensors;
    }

    /** Adds the kernel to the graph in place of the block's last node, with floats as output. */
    void writeFloat(Block block) {
        var node = node(block, block.output().node(), block.output().node() + "/int8");
        editor.put(
                node.type("Tout", DT_FLOAT)
                        .types("Thost_inputs", inputTypes(block, 0))
                        .types("Thost_outputs", List.of(DT_FLOAT))
                        .strings("fused_ops", fusedOps(block, "Dequantize"))
                        .build());
    }

    /**
     * Adds the kernel to the graph, with bytes as output.
     *
     * @param magnitude the largest output that must be told apart from larger ones
     */
    Int8Tensor writeInt8(Block block, float magnitude) {
        var type = block.activation().nonNegative() ? DT_QUINT8 : DT_QINT8;
        float limit = Int8Tensors.limit(Math.min(magnitude, block.activation().ceiling()));
        var name = editor.freshName(block.output().node() + "/int8");
        var node =
                node(block, name, name)
                        .input(tensors.scalar(name + "/min", type == DT_QUINT8 ? 0 : -limit))
                        .input(tensors.scalar(name + "/max", limit));
        editor.put(
                node.type("Tout", type)
                        .types("Thost_inputs", inputTypes(block, 2))
                        .types("Thost_outputs", List.of(type, DT_FLOAT, DT_FLOAT))
                        .strings("fused_ops", fusedOps(block, "Requantize"))
                        .build());
        return Int8Tensor.madeBy(name, type);
    }

    private NodeBuilder node(Block block, String name, String constants) {
        boolean transposed = Attributes.of(block.product()).bool("transpose_b", false);
        var input = tensors.of(block.input());
        var weights = Int8Weights.of(block.weights(), !transposed, Room.PAIRED);
        editor.put(weights.toConst(constants + "/weights"));
        editor.put(weights.range(-1).toConst(constants + "/weights_min"));
        editor.put(weights.range(1).toConst(constants + "/weights_max"));
        editor.put(block.bias().toConst(constants + "/bias"));
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

    private List<DataType> inputTypes(Block block, int outputLimits) {
        var types = new ArrayList<>(List.of(tensors.of(block.input()).type(), DT_QINT8));
        for (int i = 0; i < 5 + outputLimits; i++) {
            types.add(DT_FLOAT);
        }
        return types;
    }

    private static List<String> fusedOps(Block block, String last) {
        return switch (block.activation()) {
            case NONE -> List.of("BiasAdd", last);
            case RELU -> List.of("BiasAdd", "Relu", last);
            case RELU6 -> List.of("BiasAdd", "Relu6", last);
        };
    }
}
