package io.pitlane.quantize;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;
import static org.tensorflow.proto.DataType.DT_QUINT8;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.quantize.Int8Weights.SaturationGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * Writes a convolution as {@code _FusedQuantizedConv2D}: int8 in and out, with bias, residual sum
 * and activation fused.
 */
final class Int8ConvolutionWriter {
    static final String OP = "_FusedQuantizedConv2D";

    private final GraphEditor editor;
    private final QuantizationBoundaries boundaries;

    Int8ConvolutionWriter(GraphEditor editor, QuantizationBoundaries boundaries) {
        this.editor = editor;
        this.boundaries = boundaries;
    }

    /**
     * Adds the kernel to the graph.
     *
     * @param magnitude the largest absolute output; larger ones saturate
     */
    Int8Tensor write(FusedLayer layer, float magnitude) {
        var input = boundaries.of(layer.input());
        var summand = layer.summand().map(boundaries::of);
        var type = layer.activation().nonNegative() ? DT_QUINT8 : DT_QINT8;
        float limit = outputLimit(layer, summand, magnitude);
        var name = editor.freshName(layer.output().node() + "/int8");

        var values = new ArrayList<TensorRef>();
        values.add(input.value());
        values.addAll(weights(layer, name, input.type()));
        summand.ifPresent(s -> values.add(s.value()));
        values.addAll(List.of(input.min(), input.max()));
        values.addAll(
                List.of(TensorRef.of(name + "/filter_min"), TensorRef.of(name + "/filter_max")));
        summand.ifPresent(s -> values.addAll(List.of(s.min(), s.max())));
        values.add(boundaries.scalar(name + "/min", type == DT_QUINT8 ? 0 : -limit));
        values.add(boundaries.scalar(name + "/max", limit));

        var node = NodeBuilder.of(OP, name);
        values.forEach(node::input);
        copyGeometry(layer, node);
        editor.put(
                node.type("Tinput", input.type())
                        .type("Tfilter", DT_QINT8)
                        .type("Tbias", DT_FLOAT)
                        .type("Tsummand", summand.map(Int8Tensor::type).orElse(type))
                        .type("out_type", type)
                        .types("Thost_inputs", inputTypes(input, summand))
                        .types("Thost_outputs", List.of(type, DT_FLOAT, DT_FLOAT))
                        .types("Tdevice_inputs", List.of())
                        .types("Tdevice_outputs", List.of())
                        .bool("is_filter_const", true)
                        .bool("is_bias_const", true)
                        .strings("fused_ops", fusedOps(layer))
                        .build());
        return Int8Tensor.outputsOf(name, type);
    }

    /**
     * The end of the output range. A sum is written over its summand, in the summand's type: in a
     * signed summand only 0..127 of the unsigned result is usable, so the range is extended until
     * 127 stands for the largest output.
     */
    private static float outputLimit(
            FusedLayer layer, Optional<Int8Tensor> summand, float magnitude) {
        float limit =
                QuantizationBoundaries.limit(Math.min(magnitude, layer.activation().ceiling()));
        boolean isSignedSum = summand.filter(s -> s.type() == DT_QINT8).isPresent();
        return isSignedSum ? limit * 255f / 127f : limit;
    }

    private List<TensorRef> weights(FusedLayer layer, String name, DataType inputType) {
        var guard = inputType == DT_QUINT8 ? SaturationGuard.PAIR_SUM : SaturationGuard.NONE;
        var weights = Int8Weights.of(layer.weights(), true, guard);
        editor.put(weights.toConst(name + "/filter"));
        editor.put(weights.range(-1).toConst(name + "/filter_min"));
        editor.put(weights.range(1).toConst(name + "/filter_max"));
        editor.put(layer.bias().toConst(name + "/bias"));
        return List.of(TensorRef.of(name + "/filter"), TensorRef.of(name + "/bias"));
    }

    private static void copyGeometry(FusedLayer layer, NodeBuilder node) {
        var float32 = layer.product();
        var attributes = Attributes.of(float32);
        node.string("data_format", "NHWC")
                .attr("strides", float32.getAttrOrThrow("strides"))
                .attr("padding", float32.getAttrOrThrow("padding"))
                .ints("explicit_paddings", array(attributes.ints("explicit_paddings", List.of())))
                .ints("dilations", array(attributes.ints("dilations", List.of(1L, 1L, 1L, 1L))));
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static List<DataType> inputTypes(Int8Tensor input, Optional<Int8Tensor> summand) {
        var types = new ArrayList<>(List.of(input.type(), DT_QINT8, DT_FLOAT));
        summand.ifPresent(s -> types.add(s.type()));
        int scalars = summand.isPresent() ? 8 : 6;
        for (int i = 0; i < scalars; i++) {
            types.add(DT_FLOAT);
        }
        return types;
    }

    private static List<String> fusedOps(FusedLayer layer) {
        var ops = new ArrayList<>(List.of("BiasAdd"));
        if (layer.summand().isPresent()) {
            ops.add("Sum");
        }
        if (layer.activation().nonNegative()) {
            // Relu6 too: the range ends at 6 or below, and larger values saturate there.
            ops.add("Relu");
        }
        ops.add("Requantize");
        return ops;
    }
}
