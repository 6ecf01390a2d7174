package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * Inserts the conversions between float and int8 into a graph that is being rewritten. A tensor
 * produced in int8 gets a Dequantize under its old name, for float consumers; a float tensor gets a
 * QuantizeV2 when the first int8 consumer asks for it. The editor drops unused nodes.
 *
 * <p>Not thread-safe.
 */
final class QuantizationBoundaries {
    private final GraphEditor editor;
    private final QuantizedGraph quantized;
    private final Map<TensorRef, Int8Tensor> produced = new HashMap<>();
    private final Map<TensorRef, Int8Tensor> converted = new HashMap<>();

    QuantizationBoundaries(GraphEditor editor, QuantizedGraph quantized) {
        this.editor = editor;
        this.quantized = quantized;
    }

    /** The int8 form of a tensor that is produced in int8; empty when it is produced in float. */
    Optional<Int8Tensor> produced(TensorRef tensor) {
        return Optional.ofNullable(produced.get(tensor));
    }

    /** The int8 form of any such tensor, quantized if necessary. */
    Int8Tensor of(TensorRef tensor) {
        var known = produced.get(tensor);
        return known != null ? known : converted.computeIfAbsent(tensor, this::quantize);
    }

    /** The weights of a layer as bytes. */
    Int8Weights weights(FusedLayer layer) {
        return Int8Weights.of(
                layer.weights(), quantized.of(layer.kernel()).orElseThrow(), layer.outputAxis());
    }

    /** Replaces a tensor, output 0 of its node, by one that is produced in int8. */
    void replace(TensorRef tensor, Int8Tensor by) {
        produced.put(tensor, by);
        var name = tensor.node();
        if (by.scale().isShifted()) {
            name = editor.freshName(tensor.node() + "/dequantize");
            var offset = scalar(name + "/offset", (float) by.scale().offset());
            editor.put(binary("Sub", tensor.node(), TensorRef.of(name), offset));
        }
        editor.put(
                NodeBuilder.of("Dequantize", name)
                        .input(by.value())
                        .input(by.min())
                        .input(by.max())
                        .type("T", by.type())
                        .type("dtype", DT_FLOAT)
                        .string("mode", "SCALED")
                        .build());
    }

    /** Adds a scalar constant and returns its tensor. */
    TensorRef scalar(String wanted, float value) {
        var name = editor.freshName(wanted);
        editor.put(new FloatTensor(new float[] {value}).toConst(name));
        return TensorRef.of(name);
    }

    private Int8Tensor quantize(TensorRef tensor) {
        var scale = new ActivationScale(quantized.grid(tensor).orElseThrow());
        var name = editor.freshName(tensor.node() + "/quantize");
        var min = scalar(name + "/min", 0);
        var max = scalar(name + "/max", scale.limit());
        var node =
                NodeBuilder.of("QuantizeV2", name)
                        .input(scale.isShifted() ? shifted(tensor, scale, name) : tensor)
                        .input(min)
                        .input(max)
                        .type("T", scale.type())
                        .string("mode", "SCALED")
                        .string("round_mode", "HALF_TO_EVEN")
                        .bool("narrow_range", false);
        if (scale.isShifted()) {
            // The layers' biases are made for this limit; TensorFlow would raise a small one.
            node.number("ensure_minimum_range", 0);
        }
        editor.put(node.build());
        return Int8Tensor.outputsOf(name, scale);
    }

    private TensorRef shifted(TensorRef tensor, ActivationScale scale, String name) {
        var offset = scalar(name + "/offset", (float) scale.offset());
        var node = binary("AddV2", editor.freshName(name + "/shifted"), tensor, offset);
        editor.put(node);
        return TensorRef.of(node.getName());
    }

    private static NodeDef binary(String op, String name, TensorRef left, TensorRef right) {
        return NodeBuilder.of(op, name).input(left).input(right).type("T", DT_FLOAT).build();
    }
}
