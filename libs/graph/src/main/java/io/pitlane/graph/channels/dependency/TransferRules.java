package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/** The transfer rules: how each operation maps channels from its inputs to its outputs. */
public final class TransferRules {
    private static final Rule UNKNOWN =
            (node, trace) -> trace.freezeInputs(node, "is not supported by channel pruning");

    private static final Map<String, Rule> BY_NAME = byName();

    private TransferRules() {}

    /**
     * How an operation maps channels: from those of its inputs and weights to those of its outputs.
     * A rule that cannot tell freezes the channels that reach the node.
     */
    @FunctionalInterface
    interface Rule {
        void trace(NodeDef node, ChannelTrace trace);
    }

    /** Whether a node has output channels of its own, whatever its inputs carry. */
    public static boolean isLayer(NodeDef node) {
        return Operations.of(node).kind() == Kind.LAYER;
    }

    /** The rule of a node; that of an unknown operation freezes the channels that reach it. */
    static Rule of(NodeDef node) {
        var named = BY_NAME.get(node.getOp());
        return named == null ? ofKind(node) : named;
    }

    private static Rule ofKind(NodeDef node) {
        var operation = Operations.of(node);
        return switch (operation.kind()) {
            case LAYER -> ofLayer(operation.kernel().orElseThrow());
            case BIAS -> LayerRules::bias;
            case BATCH_NORM -> LayerRules::batchNorm;
            case ADDITION, SUBTRACTION, MULTIPLICATION, DIVISION, COMPARISON, BROADCAST ->
                    ElementwiseRules::broadcast;
            case ACTIVATION, POINTWISE, FAKE_QUANTIZATION, IDENTITY, POOLING, RESIZE ->
                    ElementwiseRules::unary;
            case SOFTMAX -> ElementwiseRules::softmax;
            case PADDING -> RearrangementRules::pad;
            case REDUCTION -> ShapeRules::reduce;
            case FUSED_LAYER,
                    OTHER_LAYER,
                    RESHAPE,
                    CONCATENATION,
                    SELECTION,
                    QUANTIZATION,
                    VARIABLE,
                    SWITCH,
                    MERGE,
                    OTHER ->
                    UNKNOWN;
        };
    }

    private static Rule ofLayer(KernelLayout layout) {
        return switch (layout) {
            case CONVOLUTION -> LayerRules::convolution;
            case TRANSPOSED_CONVOLUTION -> LayerRules::transposedConvolution;
            case DEPTHWISE -> LayerRules::depthwise;
            case MATRIX -> LayerRules::dense;
            case EINSUM -> UNKNOWN;
        };
    }

    /** The rules of operations that move axes, or take axes and sizes as inputs. */
    private static Map<String, Rule> byName() {
        var rules = new HashMap<String, Rule>();
        rules.put("ConcatV2", JoinRules::concat);
        rules.put("Pack", JoinRules::pack);
        rules.put("Split", SplitRules::split);
        rules.put("SplitV", SplitRules::splitBySizes);
        rules.put("Unpack", SplitRules::unpack);
        rules.put("Slice", SliceRules::slice);
        rules.put("StridedSlice", SliceRules::stridedSlice);
        rules.put("GatherV2", SliceRules::gather);
        rules.put("Tile", RearrangementRules::tile);
        rules.put("ReverseV2", RearrangementRules::reverse);
        rules.put("Roll", RearrangementRules::roll);
        rules.put("Reshape", ShapeRules::reshape);
        rules.put("Squeeze", ShapeRules::squeeze);
        rules.put("ExpandDims", ShapeRules::expandDims);
        rules.put("Transpose", ShapeRules::transpose);
        rules.put("SpaceToBatchND", ShapeRules::spaceAndBatch);
        rules.put("BatchToSpaceND", ShapeRules::spaceAndBatch);
        rules.put("SpaceToDepth", ShapeRules::spaceToDepth);
        rules.put("DepthToSpace", ShapeRules::depthToSpace);
        rules.put("ArgMax", ShapeRules::choose);
        rules.put("ArgMin", ShapeRules::choose);
        rules.put("Shape", ShapeRules::shape);
        rules.put("Select", ElementwiseRules::select);
        // Its shape attribute includes the number of channels.
        rules.put("EnsureShape", UNKNOWN);
        return Map.copyOf(rules);
    }
}
