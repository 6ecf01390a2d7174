package io.pitlane.graph.quantization;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * The node that rounds the values of a float32 tensor to those that its {@link Quantization} can
 * represent. One operation of TensorFlow can represent each: {@code QuantizeAndDequantizeV3} where
 * the zero point is 0, {@code FakeQuantWithMinMaxVars} (which rounds ties up) elsewhere.
 */
public final class FakeQuantization {
    private static final String SYMMETRIC = "QuantizeAndDequantizeV3";
    private static final String AFFINE = "FakeQuantWithMinMaxVars";

    private FakeQuantization() {}

    /**
     * Adds a node that quantizes a tensor; nothing reads it yet.
     *
     * @param name of the node; its constants are named after it
     * @return its output
     */
    public static TensorRef add(
            GraphEditor editor, String name, TensorRef tensor, Quantization quantization) {
        if (quantization.zeroPoint() == 0) {
            addSymmetric(editor, name, tensor, quantization);
        } else {
            addAffine(editor, name, tensor, quantization);
        }
        return TensorRef.of(name);
    }

    private static void addSymmetric(
            GraphEditor editor, String name, TensorRef tensor, Quantization quantization) {
        var limits = limits(quantization);
        boolean signed = quantization.signed();
        editor.put(limits.map(limit -> signed ? -limit : 0).toConst(name + "/min"));
        editor.put(limits.toConst(name + "/max"));
        editor.put(bits(name + "/bits", quantization.bits()));
        editor.put(
                NodeBuilder.of(SYMMETRIC, name)
                        .input(tensor)
                        .input(name + "/min")
                        .input(name + "/max")
                        .input(name + "/bits")
                        .type("T", DT_FLOAT)
                        .bool("signed_input", signed)
                        .bool("range_given", true)
                        .bool("narrow_range", true)
                        .integer("axis", quantization.axis())
                        .build());
    }

    private static NodeDef bits(String name, int bits) {
        return NodeBuilder.constant(
                name,
                TensorProto.newBuilder()
                        .setDtype(DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto())
                        .addIntVal(bits)
                        .build());
    }

    private static FloatTensor limits(Quantization quantization) {
        return quantization.isPerChannel()
                ? new FloatTensor(quantization.limits(), quantization.limits().length)
                : new FloatTensor(quantization.limits());
    }

    private static void addAffine(
            GraphEditor editor, String name, TensorRef tensor, Quantization quantization) {
        double below = quantization.scale() * quantization.zeroPoint();
        float min = (float) -below;
        float max = (float) (quantization.limit() - below);
        editor.put(new FloatTensor(new float[] {min}).toConst(name + "/min"));
        editor.put(new FloatTensor(new float[] {max}).toConst(name + "/max"));
        editor.put(
                NodeBuilder.of(AFFINE, name)
                        .input(tensor)
                        .input(name + "/min")
                        .input(name + "/max")
                        .integer("num_bits", quantization.bits())
                        .bool("narrow_range", false)
                        .build());
    }

    /**
     * What gives an input of a node its values, before they are rounded: the node behind the fake
     * quantization, where there is one.
     */
    public static NodeDef unroundedInput(FlatGraph graph, NodeDef node, int slot) {
        var input = graph.input(node, slot);
        return of(graph, input).isPresent() ? graph.input(input, 0) : input;
    }

    /** The quantization of a node; empty where it is no fake quantization with constant limits. */
    public static Optional<Quantization> of(FlatGraph graph, NodeDef node) {
        return switch (node.getOp()) {
            case SYMMETRIC -> symmetric(graph, node);
            case AFFINE -> affine(graph, node);
            default -> Optional.empty();
        };
    }

    private static Optional<Quantization> symmetric(FlatGraph graph, NodeDef node) {
        var attributes = Attributes.of(node);
        var bits = IntConstant.of(graph.input(node, 3));
        boolean signed = attributes.bool("signed_input", true);
        boolean isRead =
                attributes.bool("range_given", true)
                        && (!signed || attributes.bool("narrow_range", false))
                        && hasConstantLimits(graph, node)
                        && bits.isPresent()
                        && isInRange(bits.get().values()[0]);
        if (!isRead) {
            return Optional.empty();
        }
        var min = FloatTensor.of(graph.input(node, 1)).values();
        var max = FloatTensor.of(graph.input(node, 2)).values();
        for (int i = 0; i < max.length; i++) {
            if (min[i] != (signed ? -max[i] : 0) || !isLimit(max[i])) {
                return Optional.empty();
            }
        }
        int axis = (int) attributes.integer("axis", Quantization.PER_TENSOR);
        return Optional.of(new Quantization((int) bits.get().values()[0], signed, max, 0, axis));
    }

    private static Optional<Quantization> affine(FlatGraph graph, NodeDef node) {
        var attributes = Attributes.of(node);
        int bits = (int) attributes.integer("num_bits", 8);
        if (attributes.bool("narrow_range", false)
                || !hasConstantLimits(graph, node)
                || !isInRange(bits)) {
            return Optional.empty();
        }
        float min = FloatTensor.of(graph.input(node, 1)).values()[0];
        float max = FloatTensor.of(graph.input(node, 2)).values()[0];
        if (min > 0 || max < 0 || !isLimit(max - min)) {
            return Optional.empty();
        }
        int highest = (1 << bits) - 1;
        double scale = ((double) max - min) / highest;
        int zeroPoint = (int) Math.rint(-min / scale);
        return Optional.of(
                new Quantization(
                        bits, false, new float[] {max - min}, zeroPoint, Quantization.PER_TENSOR));
    }

    private static boolean hasConstantLimits(FlatGraph graph, NodeDef node) {
        return FloatTensor.isFloatConst(graph.input(node, 1))
                && FloatTensor.isFloatConst(graph.input(node, 2));
    }

    private static boolean isInRange(long bits) {
        return bits >= 2 && bits <= 16;
    }

    private static boolean isLimit(float limit) {
        return limit > 0 && Float.isFinite(limit);
    }
}
