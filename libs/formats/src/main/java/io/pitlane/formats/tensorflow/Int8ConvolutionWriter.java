package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_QINT8;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * Writes a convolution as {@code _FusedQuantizedConv2D}, or a depthwise one as {@code
 * _FusedQuantizedDepthwiseConv2D}: int8 in and out, with bias, residual sum and activation fused.
 */
final class Int8ConvolutionWriter {
    static final String OP = "_FusedQuantizedConv2D";
    static final String DEPTHWISE_OP = "_FusedQuantizedDepthwiseConv2D";

    private final GraphEditor editor;
    private final QuantizationBoundaries boundaries;
    private final ZeroPointPadding padding;

    Int8ConvolutionWriter(
            GraphEditor editor, QuantizationBoundaries boundaries, ZeroPointPadding padding) {
        this.editor = editor;
        this.boundaries = boundaries;
        this.padding = padding;
    }

    /**
     * Adds the kernel to the graph.
     *
     * @param output what its bytes stand for; values outside saturate
     */
    Int8Tensor write(FusedLayer layer, ActivationScale output) {
        var input = boundaries.of(layer.input());
        var summand = layer.summand().map(boundaries::of);
        var type = output.type();
        var name = editor.freshName(layer.output().node() + "/int8");
        var padded = padding.of(layer, input, name);

        var values = new ArrayList<TensorRef>();
        values.add(padded.orElse(input.value()));
        values.addAll(weights(layer, name, input, summand, output));
        summand.ifPresent(s -> values.add(s.value()));
        values.addAll(List.of(input.min(), input.max()));
        values.addAll(
                List.of(TensorRef.of(name + "/filter_min"), TensorRef.of(name + "/filter_max")));
        summand.ifPresent(s -> values.addAll(List.of(s.min(), s.max())));
        values.add(boundaries.scalar(name + "/min", output.lowerLimit()));
        values.add(boundaries.scalar(name + "/max", output.limit()));

        var node = NodeBuilder.of(layer.depthwise() ? DEPTHWISE_OP : OP, name);
        values.forEach(node::input);
        copyGeometry(layer, node, padded.isPresent());
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
        return Int8Tensor.outputsOf(name, output);
    }

    private List<TensorRef> weights(
            FusedLayer layer,
            String name,
            Int8Tensor input,
            Optional<Int8Tensor> summand,
            ActivationScale output) {
        var weights = boundaries.weights(layer);
        var bias = ZeroPointCompensation.of(layer, weights, input, summand, output);
        editor.put(weights.toConst(name + "/filter"));
        editor.put(weights.range(-1).toConst(name + "/filter_min"));
        editor.put(weights.range(1).toConst(name + "/filter_max"));
        editor.put(bias.toConst(name + "/bias"));
        return List.of(TensorRef.of(name + "/filter"), TensorRef.of(name + "/bias"));
    }

    private static void copyGeometry(FusedLayer layer, NodeBuilder node, boolean padded) {
        var float32 = layer.product();
        var attributes = Attributes.of(float32);
        node.string("data_format", "NHWC")
                .attr("strides", float32.getAttrOrThrow("strides"))
                .string("padding", padded ? "VALID" : attributes.string("padding", "VALID"))
                .ints(
                        "explicit_paddings",
                        array(padded ? List.of() : attributes.ints("explicit_paddings", List.of())))
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
